import { httpClientContract, runContract } from '@pao/testing'
import { test } from 'vitest'
import { client } from './server.js'

runContract(httpClientContract, { test, create: async () => ({ clientFor: (allowed) => client([], { egress: allowed }) }) })
