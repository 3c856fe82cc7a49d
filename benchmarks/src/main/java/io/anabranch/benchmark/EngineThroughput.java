package io.anabranch.benchmark;

import com.google.protobuf.ByteString;
import com.sun.management.ThreadMXBean;
import io.anabranch.graph.GraphDelta;
import io.anabranch.graph.Ownership;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Tensor;
import io.anabranch.stream.frozen.FrozenModel;
import io.anabranch.stream.frozen.InvalidModelException;
import io.anabranch.stream.propagation.EngineHarness;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;

public final class EngineThroughput {
    static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    public static void main(String[] args) throws Exception {
        var random = new SplittableRandom(7);
        var g = DirectedGraph.powerLaw(169_343, 1_166_243, 12_097, 371, random);
        System.out.println("edges " + g.edges());
        System.out.println(MachineBounds.measure(
                model(Convolution.CONVOLUTION_SAGE_SUM, random, 128, 64).layer(1), 169_343, 64));
        int[] batches = args.length > 1
                ? Arrays.stream(args[1].split(",")).mapToInt(Integer::parseInt).toArray()
                : new int[] {1, 10, 100, 1000, 10000};
        for (String name : args[0].split(",")) {
            run(g, Convolution.valueOf("CONVOLUTION_" + name), batches);
        }
    }

    static void run(DirectedGraph g, Convolution c, int[] batches) throws Exception {
        var random = new SplittableRandom(11);
        FrozenModel model = model(c, random, 128, 64, 40);
        var stream = new UpdateStream(g, 128, random);
        var h = EngineHarness.of(model, Ownership.byHash(1, 0));
        stream.bootstrap(h.graph()::apply);
        for (int i = 0; i < 3; i++) {
            long t = System.nanoTime();
            h.restart(EngineHarness.Mode.MEASURED);
            System.out.printf("%s start %.1f ms%n", c, (System.nanoTime() - t) / 1e6);
        }
        long total = 0;
        for (int b : batches) {
            for (int rep = 0; rep < 2; rep++) {
                int n = 100_000;
                var m = stream.next(n);
                long[] lat = new long[n / b];
                long graphNs = 0, engineNs = 0, dirty = 0;
                long adds = h.rowAdds(), resums = h.resums();
                long alloc = THREADS.getCurrentThreadAllocatedBytes(), cpu = THREADS.getCurrentThreadCpuTime();
                long begin = System.nanoTime();
                for (int i = 0, k = 0; i + b <= n; i += b) {
                    long t0 = System.nanoTime();
                    GraphDelta d = h.mutate(m, i, i + b);
                    long t1 = System.nanoTime();
                    h.propagate(d);
                    long t2 = System.nanoTime();
                    graphNs += t1 - t0;
                    engineNs += t2 - t1;
                    lat[k++] = t2 - t1;
                    dirty += h.changedEmbeddings();
                }
                long wall = System.nanoTime() - begin;
                cpu = THREADS.getCurrentThreadCpuTime() - cpu;
                alloc = THREADS.getCurrentThreadAllocatedBytes() - alloc;
                Arrays.sort(lat);
                total += n;
                double share = (double) engineNs / (graphNs + engineNs);
                System.out.printf(
                        "%s B=%d: engine wall %.0f K/s, cpu %.0f K/s; with graph wall %.0f cpu %.0f K/s; p1 %.2f p10 %.2f p50 %.2f p90 %.1f p99 %.1f p99.9 %.0f us; alloc %.2f B; adds %.1f resums %.3f changed %.1f%n",
                        c,
                        b,
                        n * 1e6 / engineNs,
                        n * 1e6 / (cpu * share),
                        n * 1e6 / wall,
                        n * 1e6 / cpu,
                        lat[lat.length / 100] / 1e3,
                        lat[lat.length / 10] / 1e3,
                        lat[lat.length / 2] / 1e3,
                        lat[lat.length * 9 / 10] / 1e3,
                        lat[(int) (lat.length * .99)] / 1e3,
                        lat[(int) (lat.length * .999)] / 1e3,
                        (double) alloc / n,
                        (double) (h.rowAdds() - adds) / n,
                        (double) (h.resums() - resums) / n,
                        (double) dirty / n);
            }
        }
        var expected = new DoubleForward(model, h.graph()).embeddings();
        double worst = 0;
        for (int v = 0; v < expected.length; v++) {
            float[] a = h.embedding(v);
            double d = 0, s = 1;
            for (int i = 0; i < a.length; i++) {
                d = Math.max(d, Math.abs(a[i] - expected[v][i]));
                s = Math.max(s, 1 + Math.abs(expected[v][i]));
            }
            worst = Math.max(worst, d / s);
        }
        System.out.printf("%s worst %.3g after %d%n", c, worst, total);
    }

    static FrozenModel model(Convolution c, SplittableRandom random, int... widths) throws InvalidModelException {
        var spec = ModelSpec.newBuilder().setName("random").setFeatureDimension(widths[0]);
        var snapshot = ModelSnapshot.newBuilder().setVersion(1);
        for (int l = 1; l < widths.length; l++) {
            spec.addLayers(Layer.newBuilder()
                    .setConvolution(c)
                    .setInputWidth(widths[l - 1])
                    .setOutputWidth(widths[l])
                    .setActivation(
                            l == widths.length - 1 ? Activation.ACTIVATION_IDENTITY : Activation.ACTIVATION_RELU));
            String p = "layer." + l;
            if (c != Convolution.CONVOLUTION_GCN)
                snapshot.addTensors(tensor(p + ".self", random, widths[l - 1], widths[l]));
            snapshot.addTensors(tensor(p + ".neighbor", random, widths[l - 1], widths[l]));
            snapshot.addTensors(tensor(p + ".bias", random, widths[l]));
        }
        return FrozenModel.decode(snapshot.setSpec(spec).build());
    }

    private static Tensor tensor(String name, SplittableRandom random, int... shape) {
        int n = 1;
        var t = Tensor.newBuilder().setName(name);
        for (int s : shape) {
            n *= s;
            t.addShape(s);
        }
        var b = ByteBuffer.allocate(4 * n).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < n; i++) b.putFloat((float) (random.nextGaussian() / Math.sqrt(shape[0])));
        return t.setData(ByteString.copyFrom(b.array())).build();
    }
}
