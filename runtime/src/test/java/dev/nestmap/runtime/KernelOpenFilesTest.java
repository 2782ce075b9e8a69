/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.Network.TenantMap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.Descriptors;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LoadedClasses;
import dev.nestmap.schema.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A process that may open no more files, wherever it is in what it does: nothing is half done, and it is told why. */
@KernelTest
class KernelOpenFilesTest extends PinnedTest {
    private static final int FILES = 256;
    private static final int TENANTS = 400;

    @Test
    void leavesNothingHalfDoneIfFileDescriptorsRunOut() throws IOException {
        String said = new ChildVm()
                .with("-Dnestmap.bulk=batch") // a reader would take descriptors as soon as reads have taken
                // enough time
                .withOpenFiles(256)
                .run(Starving.class, object(), fs.path(""));

        List<String> refusals = new ArrayList<>(); // the log has other lines
        for (String step : List.of("load", "reload", "openPinned", "create", "rotate")) {
            said.lines().filter(line -> line.startsWith(step + ": ")).forEach(refusals::add);
            assertThat(said.lines().filter(line -> line.startsWith(step + ": ")))
                    .as(said)
                    .hasSizeGreaterThan(1)
                    .last()
                    .isEqualTo(step + ": done");
        }
        assertThat(refusals.stream().filter(line -> !line.endsWith(": done")))
                .allSatisfy(line -> assertThat(line).contains("reached its limit of open files", "ulimit -n"));
    }

    /** Does each thing with no descriptor to spare, with one, with two, until it can be done. */
    static final class Starving {
        private static final FlowKey HTTPS = new FlowKey(443, 6);
        private static final int SATED = 1000;
        private static final Path OPEN = Path.of("/proc/self/fd");

        private final Path object;
        private final PinOptions pins;
        private int spare;

        private Starving(Path object, Path root) {
            this.object = object;
            this.pins = PinOptions.in(root);
        }

        public static void main(String[] arguments) throws Exception {
            LoadedClasses.load("Network");
            Descriptors.close(Descriptors.open("/dev/null"));
            Path object = Path.of(arguments[0]);
            Path root = Path.of(arguments[1]);
            new Starving(object, root.resolve("sated")).run(SATED);
            new Starving(object, root.resolve("starved")).run(0);
        }

        private void run(int spare) throws IOException {
            this.spare = spare;
            until("load", () -> load().close(), () -> {});
            try (Network network = load()) {
                network.tenant().create(42L).put(new Flow(HTTPS, 5));
            }
            until("reload", () -> load().close(), () -> {});
            Path tenant = pins.root().resolve("tenant");
            // Of a resource in a directory Java says that there is none where it can't open it.
            this.spare = Math.max(1, spare);
            until(
                    "openPinned",
                    () -> TenantMap.openPinned(tenant, MapAccess.READ_WRITE).close(),
                    () -> {});
            this.spare = spare;
            try (Network network = load()) {
                TenantMap tenants = network.tenant();
                check(tenants);
                until("create", () -> tenants.create(7L), () -> {
                    check(tenants);
                    require(tenants.get(7L) == null, "no tenant 7");
                });
                until("rotate", () -> drain(Objects.requireNonNull(tenants.rotate(42L))), () -> check(tenants));
                Objects.requireNonNull(tenants.get(42L)).put(new Flow(HTTPS, 5));
                drain(Objects.requireNonNull(tenants.take(42L)));
            }
        }

        private Network load() {
            return Network.load(object, pins);
        }

        private static void drain(Displaced<Long, FlowMap> displaced) {
            Flow flow = displaced.map().get(HTTPS);
            displaced.acknowledge();
            require(new Flow(HTTPS, 5).equals(flow), "5 packets, and not " + flow);
        }

        private static void check(TenantMap tenants) {
            require(new Flow(HTTPS, 5).equals(tenants.get(42L, HTTPS)), "5 packets in the slot");
        }

        /** @param undone makes sure that nothing was done */
        private void until(String name, Runnable step, Runnable undone) throws IOException {
            Set<Path> pinned = files(pins.root());
            Set<String> open = descriptors();
            for (int more = spare; ; more++) {
                List<Integer> hoard = hoard(more);
                String refusal;
                try {
                    step.run();
                    if (spare < SATED) {
                        System.out.println(name + ": done");
                    }
                    return;
                } catch (BpfException e) {
                    refusal = e.getMessage();
                } finally {
                    hoard.forEach(Descriptors::close);
                }
                System.out.println(name + ": " + refusal.replace('\n', ' '));
                undone.run();
                require(descriptors().equals(open), "open are as before " + open + ", and not " + descriptors());
                require(
                        files(pins.root()).equals(pinned),
                        "pinned are as before " + pinned + ", and not " + files(pins.root()));
            }
        }

        /** All the descriptors that there are, but some to spare. */
        private static List<Integer> hoard(int spare) {
            List<Integer> hoard = new ArrayList<>();
            try {
                while (true) {
                    hoard.add(Descriptors.open("/dev/null"));
                }
            } catch (IllegalStateException e) {
                List<Integer> spared = hoard.subList(Math.max(0, hoard.size() - spare), hoard.size());
                spared.forEach(Descriptors::close);
                spared.clear();
                return hoard;
            }
        }

        /** Those of maps, programs and pins: the VM has its own, which come and go. */
        private static Set<String> descriptors() throws IOException {
            Set<String> descriptors = new TreeSet<>();
            for (Path descriptor : listed(OPEN)) {
                String target = target(descriptor);
                if (target.contains("bpf")) {
                    descriptors.add(descriptor.getFileName() + " " + target);
                }
            }
            return descriptors;
        }

        private static String target(Path descriptor) throws IOException {
            try {
                return Files.readSymbolicLink(descriptor).toString();
            } catch (NoSuchFileException e) {
                return ""; // it was that of the listing
            }
        }

        /**
         * All but directories, as the one that whoever takes maps out holds locked. One that was listed may be gone by now, which a
         * walk through the directory does not bear.
         */
        private static List<Path> listed(Path directory) throws IOException {
            try (Stream<Path> all = Files.list(directory)) {
                return all.filter(file -> !Files.isDirectory(file)).toList();
            }
        }

        private static Set<Path> files(Path root) throws IOException {
            if (!Files.exists(root)) {
                return Set.of();
            }
            try (Stream<Path> all = Files.walk(root)) {
                return all.filter(file -> !Files.isDirectory(file)).collect(Collectors.toCollection(TreeSet::new));
            }
        }

        private static void require(boolean condition, String what) {
            if (!condition) {
                throw new IllegalStateException(what);
            }
        }
    }

    @Test
    void saysAtTheLoadAndAtTheEndThatFilesAreMissing() throws IOException {
        assertThat(new ChildVm().withOpenFiles(FILES).run(Unpinned.class))
                .containsOnlyOnce("WARNING")
                .contains(
                        "tenant can have 400 inner maps, but this process may open only 256 files (ulimit -n). Each inner map that"
                                + " it uses keeps one open, and a drain opens more for those that it displaces at a time: raise the limit"
                                + " (LimitNOFILE= in systemd)",
                        "creation of map flow_map: EMFILE (24): this process has reached its limit of open files (ulimit -n), 256. Each"
                                + " inner map that it uses keeps one open: raise the limit (LimitNOFILE= in systemd)",
                        "the others are right")
                .doesNotContain("all " + TENANTS);
    }

    /** A quarter of the files, as many as a drain displaces at a time otherwise, is not free. */
    @Test
    void aDrainOfNearlyAsManyMapsAsFilesGoesOnInSmallSteps() throws IOException {
        assertThat(new ChildVm().withOpenFiles(TENANTS + 120).run(NearTheLimit.class))
                .contains("a drain opens more for those that it displaces at a time", "drained " + TENANTS);
    }

    /** Drains all inner maps of an outer map that is not pinned. */
    static final class NearTheLimit {
        private NearTheLimit() {}

        public static void main(String[] arguments) throws Exception {
            LoadedClasses.load("Network");
            try (Network network = Network.of(new FactoryObject(new KernelMapFactory(), Network.schema(TENANTS)))) {
                TenantMap tenants = network.tenant();
                for (int from = 0; from < TENANTS; from += 40) {
                    tenants.createAll(keys(from, 40), (key, flows) -> flows.put(new Flow(new FlowKey(443, 6), key)));
                }
                System.out.println("drained " + tenants.drainAll(drained -> {}));
            }
        }
    }

    /** Linux gives a service a soft limit of 1,024 files, and a much higher hard one. */
    @Test
    void theJavaVmRaisesTheLimit() throws IOException {
        assertThat(new ChildVm()
                        .startedBy("prlimit", "--nofile=" + FILES + ":" + 3 * TENANTS)
                        .run(Unpinned.class))
                .contains("all " + TENANTS + " tenants")
                .doesNotContain("WARNING");
    }

    /** Uses an outer map that is not pinned. */
    static final class Unpinned {
        private Unpinned() {}

        public static void main(String[] arguments) throws Exception {
            LoadedClasses.load("Network");
            Schema schema = Network.schema(TENANTS);
            try (Network network = Network.of(new FactoryObject(new KernelMapFactory(), schema))) {
                use(network.tenant());
            }
        }
    }

    /** Creates many inner maps, and reads, changes and rotates all of them. */
    private static void use(TenantMap tenants) {
        FlowKey https = new FlowKey(443, 6);
        int step = 40;
        for (int from = 0; from < TENANTS; from += step) {
            try {
                tenants.createAll(keys(from, step), (key, flows) -> flows.put(new Flow(https, key)));
            } catch (BpfException e) {
                System.out.println("failed: " + e.getMessage());
                tenants.forEach((key, flows) -> {
                    if (!new Flow(https, key).equals(flows.get(https))) {
                        throw new IllegalStateException("tenant " + key + " has a wrong count");
                    }
                });
                System.out.println("the others are right");
                return;
            }
        }
        tenants.forEach((key, flows) -> flows.put(new Flow(https, key + 1)));
        int[] right = {0};
        for (int from = 0; from < TENANTS; from += step) {
            DrainedMap.drainEach(
                    tenants.rotateAll(keys(from, step)),
                    (key, flows) -> right[0] += new Flow(https, key + 1).equals(flows.get(https)) ? 1 : 0);
        }
        System.out.println("all " + right[0] + " tenants");
    }

    private static List<Long> keys(long from, int count) {
        return LongStream.range(from, from + count).boxed().toList();
    }
}
