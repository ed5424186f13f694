const src = 'packages/adapters-http/src'
const egress = 'packages/adapters-http/test/egress.test.ts'
const client = 'packages/adapters-http/test/http-client.test.ts'

/** What leaves the machine, and what comes back. */
export default {
  area: 'http',
  title: 'Outgoing HTTP',
  mutants: [
    {
      id: 'egress-check', defence: 'no connection is opened to an address that the policy refuses', file: `${src}/pinned-connector.ts`,
      find: 'for (const { address } of addresses) policy.admit(hostname, portOf(options), address)', replace: '', by: [egress, 'http://127.0.0.1/'],
    },
    {
      id: 'egress-every-address', defence: 'every address of a name is checked, not the first alone', file: `${src}/pinned-connector.ts`,
      find: 'for (const { address } of addresses) policy', replace: 'for (const { address } of addresses.slice(0, 1)) policy', by: [egress, 'a public and then a private address'],
    },
    {
      id: 'egress-pinned', defence: 'the connection goes to the address that was checked (DNS rebinding)', file: `${src}/pinned-connector.ts`,
      find: 'buildConnector({ lookup: pinned(outcome.addresses), timeout: timeoutMs })', replace: 'buildConnector({ lookup: (name, lookupOptions, done) => { void resolve(name).then((found) => { pinned(found)(name, lookupOptions, done) }) }, timeout: timeoutMs })', by: [egress, 'a resolver that changes its mind after the check is not asked again'],
    },
    {
      id: 'egress-private', defence: 'private addresses are refused', file: `${src}/address-kind.ts`, find: 'private: \'private\', ', replace: 'private: \'public\', ', by: [egress, 'http://10.0.0.1/'],
    },
    {
      id: 'egress-unique-local', defence: 'unique local IPv6 addresses are refused', file: `${src}/address-kind.ts`, find: 'uniqueLocal: \'private\'', replace: 'uniqueLocal: \'public\'', by: [egress, 'http://[fc00::1]/'],
    },
    {
      id: 'egress-loopback', defence: 'loopback addresses are refused', file: `${src}/address-kind.ts`, find: 'loopback: \'loopback\'', replace: 'loopback: \'public\'', by: [egress, 'http://127.0.0.1/'],
    },
    {
      id: 'egress-carrier', defence: 'addresses of carrier-grade NAT are refused', file: `${src}/address-kind.ts`, find: 'carrierGradeNat: \'carrier-grade NAT\'', replace: 'carrierGradeNat: \'public\'', by: [egress, 'http://100.64.0.1/'],
    },
    {
      id: 'egress-link-local', defence: 'link-local addresses are refused', file: `${src}/address-kind.ts`, find: 'linkLocal: \'link-local\'', replace: 'linkLocal: \'public\'', by: [egress, 'http://[fe80::1]/'],
    },
    {
      id: 'egress-special', defence: 'mapped, NAT64, 6to4, multicast, reserved and unspecified addresses are refused', file: `${src}/address-kind.ts`, find: 'KINDS[range] ?? \'special\'', replace: 'KINDS[range] ?? \'public\'', by: [egress, 'http://0.0.0.0/'],
    },
    {
      id: 'egress-compatible', defence: 'IPv4-compatible IPv6 addresses (::127.0.0.1) are refused', file: `${src}/address-kind.ts`,
      find: 'address instanceof ipaddr.IPv6 && !address.match(GLOBAL_UNICAST) ? \'special\' : \'public\'', replace: '\'public\'', by: [egress, 'http://[::127.0.0.1]/'],
    },
    {
      id: 'egress-metadata', defence: 'metadata addresses of clouds are refused, public ones by their range too', file: `${src}/address-kind.ts`, find: 'METADATA.has(canonical) ? \'metadata\'', replace: 'canonical === \'\' ? \'metadata\'', by: [egress, 'http://168.63.129.16/'],
    },
    {
      id: 'egress-by-name', defence: 'a listed name does not open a metadata or link-local address', file: `${src}/egress-policy.ts`,
      find: 'if (LISTABLE_BY_NAME.has(kind) && lists(allow, host, port)) return', replace: 'if (lists(allow, host, port)) return', by: [egress, 'is not a way to the metadata service, unless its address is listed itself'],
    },
    {
      id: 'egress-port', defence: 'a listed port opens no other port of the host', file: `${src}/egress-policy.ts`,
      find: '(entry.port === undefined || entry.port === port)', replace: 'entry.port !== 0', by: [egress, 'may be loopback, on its port only'],
    },
    {
      id: 'egress-entry', defence: 'an allow list that cannot be read is refused, not half read', file: `${src}/egress-allow.ts`,
      find: 'if (port !== undefined && (port < 1 || port > 65_535)) return refuse(entry)', replace: '', by: [egress, 'with the cure'],
    },
    {
      id: 'url-scheme', defence: 'only http and https are called', file: `${src}/outgoing.ts`, find: 'if (url.protocol !== \'https:\' && url.protocol !== \'http:\') throw', replace: 'if (url.protocol === \'\') throw', by: [egress, 'addresses that are refused'],
    },
    {
      id: 'url-credentials', defence: 'a URL with credentials is refused', file: `${src}/outgoing.ts`, find: 'if (url.username !== \'\' || url.password !== \'\') throw', replace: 'if (url.protocol === \'\') throw', by: [egress, 'addresses that are refused'],
    },
    {
      id: 'header-name', defence: 'a header name that HTTP does not allow is refused', file: `${src}/outgoing.ts`, find: 'if (!NAME.test(name)) throw', replace: 'if (name === \'\') throw', by: [client, 'is refused before any connection, and not quoted'],
    },
    {
      id: 'header-value', defence: 'CR, LF and NUL do not get into a header (injection)', file: `${src}/outgoing.ts`, find: ' || !VALUE.test(value)) throw', replace: ') throw', by: [client, 'is refused before any connection, and not quoted'],
    },
    {
      id: 'header-owned', defence: 'Host, Content-Length and the like are set by the client alone (smuggling)', file: `${src}/outgoing.ts`, find: 'if (OWNED.has(name.toLowerCase())) throw', replace: 'if (name === \'\') throw', by: [client, 'is refused before any connection, and not quoted'],
    },
    {
      id: 'header-twice', defence: 'a header written twice in different cases is refused', file: `${src}/outgoing.ts`, find: 'if (given.has(lower)) throw', replace: 'if (lower === \'\') throw', by: [client, 'is refused before any connection, and not quoted'],
    },
    {
      id: 'redirect-off', defence: 'redirects are followed only as often as asked for', file: `${src}/http-client.ts`, find: 'const next = left > 0 ? redirected(', replace: 'const next = left > -5 ? redirected(', by: [egress, 'redirects'],
    },
    {
      id: 'redirect-method', defence: 'only GET and HEAD follow redirects', file: `${src}/http-client.ts`, find: 'mayFollow ? asked.redirects ?? 0 : 0', replace: 'asked.redirects ?? 0', by: [egress, 'redirects'],
    },
    {
      id: 'redirect-credentials', defence: 'no credential goes to another origin on a redirect', file: `${src}/outgoing.ts`, find: '.filter(([name]) => HARMLESS.has(name))', replace: '', by: [egress, 'redirects'],
    },
    {
      id: 'redirect-downgrade', defence: 'a redirect does not leave https', file: `${src}/outgoing.ts`, find: 'if (call.url.protocol === \'https:\' && url.protocol === \'http:\') throw', replace: 'if (call.url.protocol === \'\') throw', by: ['packages/adapters-http/test/outgoing.test.ts', 'a redirect from https to http is refused'],
    },
    {
      id: 'redirect-checked', defence: 'the target of a redirect goes through the checks of a URL', file: `${src}/outgoing.ts`, find: 'const url = outgoingUrl(target.href)', replace: 'const url = target', by: [egress, 'redirects'],
    },
    {
      id: 'answer-cap', defence: 'an answer is cut off at the cap', file: `${src}/exchange.ts`, find: 'if (size > maxBodyBytes) fail(', replace: 'if (size > Infinity) fail(', by: [client, 'an endless body ends at the cap'],
    },
    {
      id: 'answer-bomb', defence: 'the cap counts what comes out of a compression', file: `${src}/answer-body.ts`, find: 'decoder(body, { maxOutputLength: cap })', replace: 'decoder(body)', by: [client, 'counts after decompression'],
    },
    {
      id: 'answer-quoted', defence: 'an answer that is no JSON is not quoted in the error', file: `${src}/answer-body.ts`, find: '} catch {\n    // The error of JSON.parse', replace: '} catch (error) {\n    throw error\n    // The error of JSON.parse', by: [client, 'says that an answer is not JSON without quoting it'],
    },
    {
      id: 'deadline', defence: 'a call ends within its time, body included', file: `${src}/http-client.ts`, find: '  }, timeoutMs)', replace: '  }, timeoutMs * 1000)', by: [client, 'ends a call that hangs before its head: sent'],
    },
    {
      id: 'caller-signal', defence: 'a call ends when its caller gives up', file: `${src}/http-client.ts`, find: 'else caller?.addEventListener(\'abort\', onCaller, { once: true })', replace: '', by: [client, '\'s signal ends it too, also in the body'],
    },
    {
      id: 'caller-aborted', defence: 'a call whose caller has given up is not made', file: `${src}/http-client.ts`, find: 'if (caller?.aborted === true) onCaller()\n  else caller', replace: 'caller', by: [client, '\'s signal ends it too, also in the body'],
    },
    {
      id: 'post-fresh', defence: 'a POST gets a connection of its own: on a kept one nobody could tell whether it arrived', file: `${src}/exchange.ts`,
      find: 'method !== \'POST\' && method !== \'PATCH\'', replace: 'method !== undefined', by: [client, 'keeps connections for what may be repeated, and gives each POST and PATCH its own'],
    },
    {
      id: 'sent-mark', defence: 'a failure after the first byte says that the request may have arrived', file: `${src}/http-client.ts`, find: 'onSending: () => { sent = true }', replace: 'onSending: () => undefined', by: [client, 'ends a call that hangs before its head: sent'],
    },
    {
      id: 'unsent-mark', defence: 'a failure before the first byte says that nothing was sent', file: `${src}/http-client.ts`, find: 'let sent = false', replace: 'let sent = true', by: [client, 'after close it fails, not sent'],
    },
    {
      id: 'url-quoted', defence: 'a refusal quotes no more of a URL than its host', file: `${src}/outgoing.ts`, find: 'throw refused(\'the address of the call is not a URL\')', replace: 'throw refused(`the address of the call is not a URL: ${text}`)', by: [egress, 'a refusal quotes nothing of an address but scheme and host'],
    },
  ],
  without: [
    { defence: 'a name that resolves to other addresses between the check and the connection', why: 'there is no second look-up to switch off: the connection is given the address that was checked' },
  ],
}
