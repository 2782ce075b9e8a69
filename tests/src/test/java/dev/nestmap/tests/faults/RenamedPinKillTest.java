/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.kernel.Pinned.Flow;
import dev.nestmap.tests.kernel.PinnedBpf;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kills a process before each system call that changes something while it loads an object of which a pin has another name: the next process finds each map
 * with what is in it, once. The seed selects as many kills as {@code -Dnestmap.kills} says.
 */
@KernelTest
@Timeout(1200)
@Tag("long")
class RenamedPinKillTest extends PinningTest {
    private static final int KILLS = Integer.getInteger("nestmap.kills", 3);

    /** A load that fails gives the pin its old name again. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theNextProcessFindsWhatWasBesideTheOldPin(boolean fails) throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        List<String> content = prepare(fs.path("first"));
        int changes =
                KillBefore.changes(KillBefore.output(start(KillBefore.NONE, fs.path("first"), fails), "not killed"));
        assertFound(fs.path("first"), content, "not killed");
        List<Integer> moments =
                new ArrayList<>(IntStream.range(0, changes).boxed().toList());
        Collections.shuffle(moments, new Random(seed));

        for (int call : moments.subList(0, Math.min(KILLS, changes))) {
            Path root = fs.path("killed" + call);
            String moment = "seed " + seed + ", killed before change " + call;
            List<String> before = prepare(root);
            KillBefore.output(start(call, root, fails), moment);
            assertFound(root, before, moment);
        }
        System.out.println(Math.min(KILLS, changes) + " kills before " + changes + " changes, seed " + seed);
    }

    /** Pins maps, and renames their files as an older version called them. */
    private static List<String> prepare(Path root) throws IOException {
        try (PinnedBpf bpf = open(root).load()) {
            bpf.customer().create(42).put(new Flow(80, 1, 2));
            Objects.requireNonNull(bpf.customer().rotate(42)).close();
            bpf.customer().create(43).put(new Flow(443, 3, 4));
        }
        List<String> content = content(root);
        Path now = root.resolve("acme").resolve("now");
        try (Stream<Path> files = Files.list(now)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith("customer")) {
                    Files.move(file, now.resolve("client" + name.substring("customer".length())));
                }
            }
        }
        Files.move(root.resolve("acme/customer"), root.resolve("acme/client"));
        return content;
    }

    private static void assertFound(Path root, List<String> content, String moment) throws IOException {
        try (PinnedBpf bpf = open(root).load()) {
            assertThat(bpf.customer().get(43, 443)).as(moment).isEqualTo(new Flow(443, 3, 4));
            assertThat(bpf.customer().count()).as(moment).isEqualTo(2);
            bpf.customer().create(44); // as the owner, who removes what the killed process has left
            bpf.customer().discardAll(List.of(44L));
            assertThat(content(root)).as(moment).isEqualTo(content);
            assertThat(bpf.customer().waitingCount()).as(moment).isEqualTo(1);
            discardDisplaced(bpf.customer().waitingTickets());
        }
    }

    private static List<String> content(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(file -> root.relativize(file).toString())
                    .filter(file -> !file.endsWith("owner"))
                    .sorted()
                    .toList();
        }
    }

    private static PinnedBpf.Open open(Path root) {
        return PinnedBpf.open(BpfObjects.of("pinned")).pins(PinOptions.in(root));
    }

    private static Process start(int call, Path root, boolean fails) throws IOException {
        return new ChildVm().start(Killed.class, call, root, BpfObjects.of("pinned"), fails);
    }

    /** The process that kills itself. */
    static final class Killed {
        public static void main(String[] arguments) {
            KillBefore.run(
                    Integer.parseInt(arguments[0]),
                    () -> load(Path.of(arguments[2]), Path.of(arguments[1]), Boolean.parseBoolean(arguments[3])));
        }

        private static void load(Path object, Path root, boolean fails) {
            IllegalStateException failure = new IllegalStateException("of the service");
            try {
                PinnedBpf.open(object)
                        .pins(PinOptions.in(root))
                        .prepare(bpf -> {
                            if (fails) {
                                throw failure;
                            }
                        })
                        .load()
                        .close();
            } catch (IllegalStateException e) {
                if (!e.equals(failure)) {
                    throw e;
                }
            }
        }
    }
}
