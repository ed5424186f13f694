/** Answers what the parent asks by `child.mjs`: `tasks` by name, each with its options. The process ends with its parent. */
export const answerTasks = (tasks) => {
  process.on('message', ({ id, task, options }) => {
    Promise.resolve().then(() => tasks[task](options)).then(
      (value) => process.send({ id, value }),
      (error) => process.send({ id, error: error.stack }),
    )
  })
  process.on('disconnect', () => process.exit(0))
  process.send({ ready: true })
}
