import { expect, test } from 'vitest'
import { nearestName } from '../../src/expression/nearest-name.js'

test.each<[string, readonly string[], string | undefined]>([
  ['create_queue', ['create-queue', 'create-queues'], 'create-queue'],
  ['createQueue', ['create-queues', 'create_queue'], 'create_queue'],
  ['instnace_name', ['instance_name', 'region'], 'instance_name'],
  ['instance_nam', ['instance_name'], 'instance_name'],
  ['xinstance_namex', ['instance_name'], 'instance_name'],
  ['instance', ['region', 'stage'], undefined],
  ['instance_name_xyz', ['instance_name'], undefined],
  // A third of a short name is a different name, not a typo.
  ['env', ['arn', 'eng'], 'eng'],
  ['ab', ['xy'], undefined],
  ['name', [], undefined],
  ['x'.repeat(5000), ['x'.repeat(4999)], undefined],
])('%s among %j means %s', (name, candidates, expected) => {
  expect(nearestName(name, candidates)).toBe(expected)
})

test('the nearest wins, not the first', () => {
  expect(nearestName('regoin', ['regions', 'region'])).toBe('region')
})
