/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.Network.TenantMap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.SystemCallWrappers;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.kernel.pin.PinAttributes;
import dev.nestmap.runtime.internal.load.BackendOperations;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.TestPrograms;
import dev.nestmap.schema.MapKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A process needs no more capabilities for pins than the documentation says, and a missing one is named. */
@KernelTest
@Tag("long")
class KernelPrivilegesTest extends PinnedTest {
    /** {@code sys/file.h}. */
    private static final int LOCK_EX = 2;

    @TempDir
    private Path forAll;

    @Test
    void readerNeedsNoPrivileges() throws IOException {
        pins = pins.withPermissions("rw-r--r--");
        try (Network network = load()) {
            network.tenant().create(42L).put(new Flow(HTTPS, 7));
            Objects.requireNonNull(network.tenant().rotate(42L)).acknowledge();
            network.tenant().getOrCreate(42L).put(new Flow(HTTPS, 8));

            String said = nobody("").run(Child.class, Child.READER, fs.path(""));

            assertThat(said)
                    .contains("user 65534", "capabilities 0000000000000000")
                    .contains("tenant 42 has " + new Flow(HTTPS, 8))
                    .contains("its map has " + new Flow(HTTPS, 8))
                    .contains("tenant 7: null")
                    .contains("opened alone: [" + new Flow(HTTPS, 8))
                    .contains("update of map flow_map, key " + HTTPS + ": EPERM (1)", "opened read-only")
                    .contains("update of map tenant, key 42: EPERM (1)")
                    .contains("creation of map flow_map: EPERM (1): creating a map requires CAP_BPF")
                    .contains("this process lacks CAP_BPF, CAP_NET_ADMIN, CAP_PERFMON")
                    .contains("user may not read and write it: tenant is rw-r--r-- of user 0, group 0; if reading is"
                            + " enough, open it with MapAccess.READ_ONLY")
                    .doesNotContain("allowed");
        }
    }

    /** Writers lock directories, and no directory that a reader may open. */
    @Test
    void aReaderThatLocksWhatItMayOpenBlocksNoWriter() throws IOException {
        pins = pins.withPermissions("rw-r--r--");
        try (Network network = load()) {
            network.tenant().create(42L).put(new Flow(HTTPS, 7));
            Objects.requireNonNull(network.tenant().rotate(42L)).acknowledge();
        }
        Process reader = nobody("").start(Child.class, Child.LOCKER, fs.path(""));
        try (BufferedReader said = reader.inputReader()) {
            List<String> locked = new ArrayList<>();
            for (String line = said.readLine(); line != null && !line.equals("holds"); line = said.readLine()) {
                locked.add(line);
            }
            assertThat(locked).contains(fs.path("tenant-inner").toString());

            try (Network network = load()) {
                network.tenant().getOrCreate(42L).put(new Flow(HTTPS, 8));
                Objects.requireNonNull(network.tenant().rotate(42L)).acknowledge();
                network.tenant().create(43L).put(new Flow(HTTPS, 9));
                assertThat(network.tenant().get(43L, HTTPS)).isEqualTo(new Flow(HTTPS, 9));
            }
            assertThat(reader.isAlive()).as("the reader still holds its locks").isTrue();
        } finally {
            reader.destroyForcibly().onExit().join(); // it keeps the file system busy
        }
    }

    @Test
    void explainsToAReaderThatItMayNotRead() throws IOException {
        try (Network network = load()) {
            network.tenant().create(42L);

            assertThat(nobody("").run(Child.class, Child.REFUSED, fs.path("")))
                    .contains("user may not read it: tenant is rw------- of user 0, group 0; let its owner pin it");
        }
    }

    @Test
    void loaderNeedsNoOtherCapabilitiesThanItsProgramsDo() throws IOException {
        letAllUsersPin();
        Path object = readable(object());

        String first = nobody("+bpf,+net_admin").run(Child.class, Child.LOADER, object, fs.path(""));
        String second = nobody("+bpf,+net_admin").run(Child.class, Child.LOADER, object, fs.path(""));

        assertThat(first)
                .contains("user 65534", "found null", "left [Flow[key=FlowKey[port=443, protocol=6], packets=1]]");
        assertThat(second)
                .as("inner maps are found without CAP_SYS_ADMIN")
                .contains("found FlowMap", "drained [Flow[key=FlowKey[port=443, protocol=6], packets=1]]");
    }

    @Test
    void explainsWhichCapabilityTheLoaderLacks() throws IOException {
        letAllUsersPin();
        Path object = readable(object());

        assertThat(nobody("+bpf").run(Child.class, Child.LOADER, object, fs.path("")))
                .contains("load of object network: refused by Linux ")
                .contains(
                        ": EPERM (1): loading requires CAP_BPF, and CAP_NET_ADMIN for network programs or CAP_PERFMON for"
                                + " tracing programs; this process lacks CAP_NET_ADMIN");
        assertThat(nobody("+net_admin").run(Child.class, Child.LOADER, object, fs.path("")))
                .contains("this process lacks CAP_BPF");
    }

    /** A program, and what its refusal says. The verifier rejects with EACCES what only CAP_PERFMON allows, and only its log says why. */
    private enum Kind {
        SOCKET("capable.bpf.c", "-DKIND=\"socket\"", "EPERM"),
        XDP("capable.bpf.c", "-DKIND=\"xdp\"", "EPERM"),
        RAW_TP("capable.bpf.c", "-DKIND=\"raw_tp\"", "EPERM"),
        SELECTS_BETWEEN_ADDRESSES("addresses.bpf.c", "-DKIND=\"socket\"", "only to a process with CAP_PERFMON"),
        SUBTRACTS_POINTERS("pointers.bpf.c", "-DRESULT=end - data", WHERE, "pointer -= pointer prohibited"),
        COMPARES_POINTERS("pointers.bpf.c", "-DRESULT=(void *)result < data", WHERE, "pointer comparison prohibited"),
        KEEPS_A_POINTER("pointers.bpf.c", "-DRESULT=data", WHERE, "leaks addr into map");

        private final String file;
        private final String option;

        @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable
        private final List<String> refusal;

        Kind(String file, String option, String... refusal) {
            this.file = file;
            this.option = option;
            this.refusal = List.of(refusal);
        }
    }

    private static final String WHERE = "only to a process with CAP_PERFMON: the verifier's log below says where";

    /** A process for each set of capabilities loads several programs. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "+bpf | SOCKET | SELECTS_BETWEEN_ADDRESSES | CAP_PERFMON",
                "+bpf,+net_admin | XDP | RAW_TP SUBTRACTS_POINTERS COMPARES_POINTERS KEEPS_A_POINTER | CAP_PERFMON",
                "+bpf,+perfmon | RAW_TP SELECTS_BETWEEN_ADDRESSES | XDP | CAP_NET_ADMIN",
                "+net_admin,+perfmon | '' | SOCKET | CAP_BPF",
                "+bpf,+net_admin,+perfmon | SUBTRACTS_POINTERS COMPARES_POINTERS KEEPS_A_POINTER | '' | ''"
            })
    void eachProgramNeedsItsCapabilitiesAndNoOthers(String capabilities, String loads, String refuses, String lacking)
            throws IOException {
        List<Kind> loaded = kinds(loads);
        List<Kind> refused = kinds(refuses);
        List<Kind> all = Stream.concat(loaded.stream(), refused.stream()).toList();
        List<Object> arguments = new ArrayList<>(List.of(Child.ANY_LOADER));
        for (Kind kind : all) {
            arguments.add(compiled(kind));
        }

        String[] said =
                nobody(capabilities).run(Child.class, arguments.toArray()).split("@@ ", -1);

        assertThat(said[0]).contains("user 65534");
        assertThat(said).hasSize(1 + all.size());
        for (int i = 0; i < all.size(); i++) {
            if (i < loaded.size()) {
                assertThat(said[i + 1]).as("%s", all.get(i)).startsWith("loaded");
            } else {
                assertThat(said[i + 1])
                        .as("%s", all.get(i))
                        .doesNotStartWith("loaded")
                        .contains(all.get(i).refusal)
                        .contains("this process lacks " + lacking + ":");
            }
        }
    }

    private static List<Kind> kinds(String names) {
        return Stream.of(names.split(" "))
                .filter(name -> !name.isEmpty())
                .map(Kind::valueOf)
                .toList();
    }

    @Test
    void mapsWithoutProgramsNeedCapBpfAlone() throws IOException {
        letAllUsersPin();
        Path pin = fs.path("tenant");

        assertThat(nobody("+bpf").run(Child.class, Child.CREATOR, pin))
                .contains("user 65534", "created", "rotated: " + new Flow(HTTPS, 1));
        assertThat(nobody("+bpf").run(Child.class, Child.CREATOR, pin))
                .as("the same map, with its inner maps, in the next process")
                .contains("found " + new Flow(HTTPS, 2), "rotated: " + new Flow(HTTPS, 2));
        assertThat(nobody("+net_admin").run(Child.class, Child.CREATOR, fs.path("other")))
                .contains("EPERM", "this process lacks CAP_BPF, CAP_PERFMON:");
    }

    /** As in a container that runs as another user than the root that made the directory. */
    @Test
    void explainsWhoMayMakeTheDirectoryOfPins() throws IOException {
        Files.setPosixFilePermissions(fs.path(""), PosixFilePermissions.fromString("rwxr-xr-x"));

        for (String pin : List.of("tenant", "acme/tenant")) {
            assertThat(nobody("+bpf").run(Child.class, Child.CREATOR, fs.path(pin)))
                    .contains(
                            "EACCES (13): this process's user may not write to the directory: ",
                            " is rwxr-xr-x of user 0, group 0; pin below a directory of user 65534, which root makes with"
                                    + " mkdir -m 0700 DIRECTORY && chown 65534 DIRECTORY");
        }
    }

    @Test
    void theOwnerOfThePinsWritesWithoutCapabilities() throws IOException {
        try (Network network = load()) {
            network.tenant().create(42L).put(new Flow(HTTPS, 7));
            try (Stream<Path> files = Files.walk(fs.path(""))) {
                for (Path file : files.toList()) {
                    Files.setAttribute(file, "unix:uid", 65534, LinkOption.NOFOLLOW_LINKS);
                }
            }

            assertThat(nobody("").run(Child.class, Child.WRITER, fs.path("")))
                    .contains("user 65534", "capabilities 0000000000000000", "wrote");

            assertThat(network.tenant().get(42L, HTTPS)).isEqualTo(new Flow(HTTPS, 8));
        }
    }

    /** The set has the permissions of its first pin. */
    @Test
    void readersOfALaterPinMayPassThroughTheGeneration() throws IOException {
        try (TenantMap.Owned first = TenantMap.newMap(fs.path("hidden"), pins);
                TenantMap.Owned second = TenantMap.newMap(fs.path("tenant"), pins.withPermissions("rw-r--r--"))) {
            first.create(42L);
            second.create(42L).put(new Flow(HTTPS, 8));

            assertThat(nobody("").run(Child.class, Child.REFUSED, fs.path(""))).contains("reading is allowed");
        }
    }

    /** Root was killed right after it had made a directory, and before it gave it to the user of the service. */
    @ParameterizedTest
    @ValueSource(strings = {"next", "next/tenant-retired"})
    void removesADirectoryThatRootHasNotGivenAway(String left) throws IOException {
        Path set = Files.createDirectory(fs.path("acme"));
        for (Path directory : List.of(set, Files.createDirectory(set.resolve("next")))) {
            Files.setAttribute(directory, "unix:uid", 65534);
        }
        Path ofRoot = set.resolve(left);
        Files.deleteIfExists(ofRoot);
        Files.createDirectory(
                ofRoot, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));

        assertThat(nobody("+bpf").run(Child.class, Child.CREATOR, set.resolve("tenant")))
                .contains("user 65534", "created", "rotated: " + new Flow(HTTPS, 1));

        assertThat(set.resolve("next")).doesNotExist();
    }

    @Test
    void openingAMapByItsIdNeedsCapSysAdminAndNoOther() throws IOException {
        try (TenantMap.Owned tenants = TenantMap.newMap()) {
            String id = Integer.toString(tenants.id());

            assertThat(nobody("+bpf,+net_admin,+perfmon").run(Child.class, Child.ID_OPENER, id))
                    .contains("opening of the map with id " + id + ": EPERM (1): opening a map by its id requires"
                            + " CAP_SYS_ADMIN");
            assertThat(nobody("+sys_admin").run(Child.class, Child.ID_OPENER, id))
                    .contains("user 65534", "opened tenant");
        }
    }

    @Test
    void givingPinsToAnotherUserNeedsCapChown() throws IOException {
        letAllUsersPin();

        for (String tooFew : List.of("+bpf", "+bpf,+fowner")) {
            assertThat(nobody(tooFew).run(Child.class, Child.GIVER, fs.path("refused" + tooFew.length())))
                    .contains("EPERM", " requires CAP_CHOWN; this process lacks CAP_CHOWN")
                    .doesNotContain("gave", "may not do that");
        }
        assertThat(fs.path(""))
                .as("pins of refused calls")
                .isDirectoryNotContaining(file -> file.getFileName().toString().startsWith("refused"));
        assertThat(nobody("+bpf,+chown").run(Child.class, Child.GIVER, fs.path("given")))
                .contains("user 65534", "gave the pin to 1");
    }

    private ChildVm nobody(String capabilities) throws IOException {
        Files.setPosixFilePermissions(forAll, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new ChildVm().asNobody(capabilities);
    }

    private Path compiled(Kind kind) throws IOException {
        return Files.write(forAll.resolve(kind + ".bpf.o"), TestPrograms.object(kind.file, kind.option));
    }

    /** As of a file system that was mounted without options. */
    private void letAllUsersPin() throws IOException {
        Files.setAttribute(fs.path(""), "unix:mode", 01777);
    }

    private Path readable(Path object) throws IOException {
        Path copy = Files.copy(object, forAll.resolve("network.bpf.o"), StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
        return copy;
    }

    private static void say(String what, Runnable action) {
        try {
            action.run();
            System.out.println(what + " is allowed");
        } catch (BpfException e) {
            System.out.println(e.getMessage());
        }
    }

    private static void lock(Path directory) throws IOException {
        int fd = SystemCallWrappers.open(directory);
        if (fd >= 0 && NativeLibraries.libc().flock(fd, LOCK_EX) == 0) {
            System.out.println(directory);
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(Files::isDirectory).toList()) {
                lock(file);
            }
        } catch (AccessDeniedException e) {
            // It may not enter.
        }
    }

    private static List<Flow> entries(FlowMap flows) {
        List<Flow> entries = new ArrayList<>();
        flows.forEach(entries::add);
        return entries;
    }

    /** What a child process does. */
    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    enum Child {
        /** Reads, and says what happens when it writes. */
        READER(arguments -> {
            Path root = Path.of(arguments[0]);
            try (TenantMap.Owned tenants = TenantMap.openPinned(root.resolve("tenant"), MapAccess.READ_ONLY);
                    FlowMap.Owned alone =
                            FlowMap.openPinned(root.resolve("now/tenant-inner/42"), MapAccess.READ_ONLY)) {
                System.out.println("tenant 42 has " + tenants.get(42, HTTPS));
                FlowMap flows = Objects.requireNonNull(tenants.get(42L));
                System.out.println("its map has " + flows.get(HTTPS));
                System.out.println("tenant 7: " + tenants.get(7L));
                StringBuilder entries = new StringBuilder();
                alone.forEach(flow -> entries.append(flow));
                System.out.println("opened alone: [" + entries + "]");
                say("a write", () -> flows.put(new Flow(HTTPS, 1)));
                say("a rotation", () -> tenants.rotate(42L));
                say("a new map", () -> tenants.create(5L));
                say(
                        "writing",
                        () -> TenantMap.openPinned(root.resolve("tenant"), MapAccess.READ_WRITE)
                                .close());
            }
        }),

        /** Locks each directory that it may open, until it is killed. */
        LOCKER(arguments -> {
            lock(Path.of(arguments[0]));
            System.out.println("holds");
            LockSupport.park();
        }),

        /** Loads any objects. */
        ANY_LOADER(arguments -> {
            for (String object : arguments) {
                System.out.print("@@ ");
                try {
                    Nestmap.open(Path.of(object)).load().close();
                    System.out.println("loaded");
                } catch (BpfException e) {
                    System.out.println(e.getMessage());
                }
            }
        }),

        /** Makes an outer map, or finds it, and counts in it as programs would. */
        CREATOR(arguments -> {
            Path pin = Path.of(arguments[0]);
            try (TenantMap.Owned tenants = Files.exists(pin)
                    ? TenantMap.openPinned(pin, MapAccess.READ_WRITE)
                    : TenantMap.newMap(pin, PinOptions.defaults())) {
                Flow found = tenants.get(42L, HTTPS);
                System.out.println(found == null ? "created" : "found " + found);
                tenants.getOrCreate(42L).put(new Flow(HTTPS, found == null ? 1 : found.packets()));
                DrainedMap<FlowMap> rotated = DrainedMap.of(tenants.rotate(42L));
                System.out.println("rotated: " + rotated.map().get(HTTPS));
                rotated.close();
                Objects.requireNonNull(tenants.get(42L)).put(new Flow(HTTPS, 2));
            }
        }),

        /** Opens a map by its id. */
        ID_OPENER(arguments -> {
            OpenMap map = Objects.requireNonNull(BackendOperations.open(Integer.parseInt(arguments[0])));
            System.out.println("opened " + map.shape().name());
            map.close("the test ends");
        }),

        /** Pins a map for the user with the number 1. */
        GIVER(arguments -> {
            Path pin = Path.of(arguments[0]);
            PinAttributes attributes = new PinAttributes(PinOptions.defaults(), new PinAttributes.Owner(1, 1));
            try (RawMap map = new KernelMapFactory().create(new MapShape("given", MapKind.ARRAY, 4, 8, 1, 0), null)) {
                new KernelPins(attributes).pin(map, pin, attributes.options());
            }
            System.out.println("gave the pin to " + Files.getAttribute(pin, "unix:uid"));
        }),

        /** Counts one more. */
        WRITER(arguments -> {
            Path pin = Path.of(arguments[0]).resolve("tenant");
            try (TenantMap.Owned tenants = TenantMap.openPinned(pin, MapAccess.READ_WRITE)) {
                FlowMap flows = Objects.requireNonNull(tenants.get(42L));
                Flow flow = Objects.requireNonNull(flows.get(HTTPS));
                flows.put(new Flow(HTTPS, flow.packets() + 1));
                System.out.println("wrote");
            }
        }),

        /** Says why it may not read. */
        REFUSED(arguments -> {
            Path pin = Path.of(arguments[0], "tenant");
            say("reading", () -> TenantMap.openPinned(pin, MapAccess.READ_ONLY).close());
        }),

        /** Loads an object with pins, counts, and leaves a map that it has displaced. */
        LOADER(arguments -> {
            try (Network network = Network.load(Path.of(arguments[0]), PinOptions.in(Path.of(arguments[1])))) {
                network.tenant().drainWaiting(displaced -> System.out.println("drained " + entries(displaced.map())));
                FlowMap found = network.tenant().get(42L);
                System.out.println(
                        "found " + (found == null ? "null" : found.getClass().getSimpleName()));
                network.tenant().getOrCreate(42L);
                network.program("count_or_add").testRun(new byte[64]);
                DrainedMap<FlowMap> left = DrainedMap.of(network.tenant().rotate(42L));
                System.out.println("left " + entries(left.map()));
            }
        });

        private final Action action;

        Child(Action action) {
            this.action = action;
        }

        public static void main(String[] arguments) throws IOException {
            System.out.println("user " + Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
            Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("CapEff:"))
                    .forEach(line -> System.out.println(
                            "capabilities " + line.substring(7).strip()));
            try {
                valueOf(arguments[0]).action.run(Arrays.copyOfRange(arguments, 1, arguments.length));
            } catch (BpfException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    private interface Action {
        void run(String[] arguments) throws IOException;
    }
}
