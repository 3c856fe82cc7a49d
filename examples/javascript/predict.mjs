// Publishes a payment and prints the class probabilities of its receiver that reflect it.
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const [address = '127.0.0.1:9090', source = 'account-17', target = 'account-42'] = process.argv.slice(2);

const protos = fileURLToPath(new URL('../../proto/src/main/proto', import.meta.url));
const files = ['anabranch/v1/ingest_service.proto', 'anabranch/v1/prediction_service.proto'];
const definition = loader.loadSync(files, { includeDirs: [protos], longs: String, defaults: true });
const { IngestService, PredictionService } = grpc.loadPackageDefinition(definition).anabranch.v1;
const ingest = new IngestService(address, grpc.credentials.createInsecure());
const predictions = new PredictionService(address, grpc.credentials.createInsecure());

const publishing = ingest.Publish();
publishing.write({ event: { edgeUpsert: { source, target, type: 'payment' } } });
publishing.end();
const minPositions = [];
for await (const { partition, offset } of publishing) {
  minPositions.push({ partition, offset });
}

const classify = promisify(predictions.Classify.bind(predictions));
const answer = await classify({ nodeIds: [target], minPositions }, { deadline: Date.now() + 30_000 });
for (const { className, probability } of answer.classifications[0].scores) {
  console.log(`${target} ${className} ${probability.toFixed(4)} (model version ${answer.modelVersion})`);
}
ingest.close();
predictions.close();
