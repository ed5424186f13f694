import { definePlugin } from '@pao/core/plugin'
import { messageQueueAction } from './message-queue-action.js'

export default definePlugin({
  name: '@pao/example-custom-action/queue', version: '1.0.0', requires: { '@pao/core': '0.x' },
  actions: () => [messageQueueAction()],
})
