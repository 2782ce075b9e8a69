/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledCommand;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import jnr.ffi.LibraryLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares {@code get} in Java with a lookup in C on the same map. Each round runs both in random order. Absolute times
 * depend on what else the machine does, but the median ratio of the rounds does not. This is not a test, so it runs
 * only by name: {@code mvn -pl tests -am verify -Dtest=GetBenchmark -Dnestmap.figures
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@KernelTest
@EnabledIfSystemProperty(
        named = "nestmap.figures",
        matches = ".*",
        disabledReason = "measures; -Dnestmap.figures runs it")
class GetBenchmark {
    private static final int ENTRIES = 4096;
    private static final int WARM_UPS = 100;
    private static final int ROUNDS = 201;
    private static final long GETS = 10_000;

    /** Sum of the values that the benchmark reads. Each value is its key plus 1. */
    private static final long SUM =
            LongStream.range(0, GETS).map(i -> (i & (ENTRIES - 1)) + 1).sum();

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @TempDir
    Path directory;

    /** The functions of {@code get.c}. */
    public interface Get {
        int open_map(int id);

        int close_map(int fd);

        long get(int fd, long gets, int mask);
    }

    @Test
    void getAgainstC() throws Exception {
        Get c = compile();
        try (LoadedObject object = LoadedObject.load(BpfObjects.of("sample"))) {
            SampleMap samples = SampleMap.in(object);
            for (int id = 0; id < ENTRIES; id++) {
                samples.put(new Sample(id, id, 1));
            }
            int fd = c.open_map(samples.id());
            assertThat(fd).isPositive();
            try {
                compare(() -> c.get(fd, GETS, ENTRIES - 1), () -> get(samples));
            } finally {
                assertThat(c.close_map(fd)).isZero();
            }
        }
    }

    private static void compare(LongSupplier c, LongSupplier java) {
        double[] ratios = new double[ROUNDS];
        long[] cNanos = new long[ROUNDS];
        long[] javaNanos = new long[ROUNDS];
        for (int round = -WARM_UPS; round < ROUNDS; round++) {
            boolean javaFirst = ThreadLocalRandom.current().nextBoolean();
            long first = nanos(javaFirst ? java : c);
            long second = nanos(javaFirst ? c : java);
            if (round >= 0) {
                cNanos[round] = javaFirst ? second : first;
                javaNanos[round] = javaFirst ? first : second;
                ratios[round] = (double) javaNanos[round] / cNanos[round];
            }
        }
        Arrays.sort(ratios);
        System.out.printf(
                Locale.ROOT,
                "get, %d rounds of %d: Java/C %.3f (middle half %.3f to %.3f); C %d ns, Java %d ns of CPU time; JDK %s%n",
                ROUNDS,
                GETS,
                ratios[ROUNDS / 2],
                ratios[ROUNDS / 4],
                ratios[3 * ROUNDS / 4],
                median(cNanos) / GETS,
                median(javaNanos) / GETS,
                Runtime.version().feature());
    }

    /** CPU time of this thread, which excludes the time that other threads take. */
    private static long nanos(LongSupplier gets) {
        long start = THREADS.getCurrentThreadCpuTime();
        long sum = gets.getAsLong();
        long nanos = THREADS.getCurrentThreadCpuTime() - start;
        assertThat(sum).isEqualTo(SUM);
        return nanos;
    }

    private static long median(long[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static long get(SampleMap samples) {
        long sum = 0;
        for (long i = 0; i < GETS; i++) {
            Sample sample = samples.get(i & (ENTRIES - 1));
            if (sample == null) {
                return -1;
            }
            sum += sample.packets() + sample.bytes();
        }
        return sum;
    }

    private Get compile() throws Exception {
        InstalledCommand.needInstalled("cc");
        Path source = directory.resolve("get.c");
        Path library = directory.resolve("libget.so");
        try (InputStream in = Objects.requireNonNull(GetBenchmark.class.getResourceAsStream("/c/get.c"))) {
            Files.copy(in, source);
        }
        InstalledCommand.run("cc", "-O2", "-Wall", "-Werror", "-fPIC", "-shared", source, "-o", library, "-lbpf")
                .succeeded();
        return LibraryLoader.create(Get.class).load(library.toString());
    }
}
