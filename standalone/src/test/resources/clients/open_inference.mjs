// The Open Inference Protocol by @grpc/grpc-js. Arguments: folder with node_modules, folder of the .proto files, host:port, model, node.
// Prints what was answered as JSON.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [packages, protos, address, model, node] = process.argv.slice(2);
const require = createRequire(join(packages, 'package.json'));
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const definition = loader.loadSync('inference/inference_service.proto', {
  includeDirs: [protos],
  keepCase: true,
  longs: String,
  defaults: true,
});
const { GRPCInferenceService } = grpc.loadPackageDefinition(definition).inference;
const client = new GRPCInferenceService(address, grpc.credentials.createInsecure());
const call = (method, request) =>
  new Promise((resolve, reject) => {
    const deadline = { deadline: Date.now() + 30_000 };
    client[method](request, deadline, (error, answer) => (error ? reject(error) : resolve(answer)));
  });

const input = { name: 'node_id', datatype: 'BYTES', shape: [1] };
const typed = await call('ModelInfer', {
  model_name: model,
  id: 'typed',
  inputs: [{ ...input, contents: { bytes_contents: [Buffer.from(node)] } }],
});
const element = Buffer.from(node);
const length = Buffer.alloc(4);
length.writeUInt32LE(element.length);
const raw = await call('ModelInfer', {
  model_name: model,
  id: 'raw',
  parameters: { min_positions: { string_param: typed.parameters.reflected.string_param } },
  inputs: [input],
  outputs: [{ name: 'probabilities' }],
  raw_input_contents: [Buffer.concat([length, element])],
});
const bytes = raw.raw_output_contents[0];
const probabilities = [];
for (let at = 0; at < bytes.length; at += 4) {
  probabilities.push(bytes.readFloatLE(at));
}
let refused = '';
try {
  await call('ModelInfer', { model_name: model, inputs: [{ ...input, name: 'nodes' }] });
} catch (error) {
  refused = grpc.status[error.code];
}
console.log(
  JSON.stringify({
    live: (await call('ServerLive', {})).live,
    ready: (await call('ModelReady', { name: model })).ready,
    metadata: await call('ModelMetadata', { name: model }),
    index: (await call('RepositoryIndex', {})).models,
    statistics: (await call('ModelStatistics', { name: model })).model_stats,
    ids: [typed.id, raw.id],
    names: typed.outputs.map((output) => output.name),
    typed: typed.outputs.find((output) => output.name === 'probabilities').contents.fp32_contents,
    raw: probabilities,
    shape: raw.outputs[0].shape,
    refused,
  }),
);
client.close();
