/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.upgrade;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.nestmap.cli.Main;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Tracepoint;
import dev.nestmap.runtime.attach.Uprobe;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.natives.KernelAndLibbpfVersions;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.InstalledCommand;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.LoopbackSocket;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import dev.nestmap.schema.MapKind;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An upgrade in one call: a new program over pinned maps whose records have changed, in place of the attached program. */
@KernelTest
@Timeout(60)
class KernelUpgradeTest extends UpgradeTest {
    private static final int BEFORE = 20;
    private static final int AFTER = 10;
    private static final int CALLS_OF_A_START = 100;
    private static final int CALLS_OF_AN_UPGRADE =
            220; // with 11 for the inner map, and those for the plain map, which is empty
    private static final Set<SystemCall> ABOUT_OTHERS = Set.of(
            SystemCall.PROG_GET_FD_BY_ID,
            SystemCall.LINK_GET_FD_BY_ID,
            SystemCall.LINK_GET_NEXT_ID,
            SystemCall.OBJ_GET_INFO_BY_FD);

    private static final LinkPin TRACE_PIN = LinkPin.at(Path.of("trace")).withReplacement(LinkPin.Replacement.GAP);

    private static final boolean SEES_SLEEPABLE_PROGRAMS =
            KernelAssumptions.isAtLeast(System.getProperty("os.version"), "6.8");

    private static final LinkPin WATCH_PIN = LinkPin.at(Path.of("watch")).withReplacement(LinkPin.Replacement.GAP);

    private UpgradedBpf load(String... options) {
        return open(BpfObjects.of("upgraded", options), pins).load();
    }

    /** The previous version counts packets and ends. Its program stays attached. */
    private void startAndEnd(String... options) {
        try (UpgradedBpf bpf = load(options)) {
            bpf.tenant().create(1);
            LoopbackSocket.exchange(BEFORE);
        }
    }

    /** The pins without directories that were locked. */
    private List<String> pinned() throws IOException {
        return fs.content().stream()
                .filter(pin -> !pin.matches(".*-(draining)"))
                .toList();
    }

    @Test
    void whatTheOldProgramCountedComesOutInTheNewLayout() throws IOException {
        KernelLink.Info before;
        try (UpgradedBpf bpf = load();
                KernelLink link = link()) {
            bpf.tenant().create(1);
            LoopbackSocket.exchange(BEFORE);
            before = link.info();
        }
        LoopbackSocket.exchange(AFTER); // no process is there
        try (UpgradedLaterBpf bpf = later().load();
                KernelLink link = link()) {
            assertThat(link.info().id()).isEqualTo(before.id());
            assertThat(link.info().programId()).isEqualTo(bpf.program("count").id());
            LoopbackSocket.exchange(AFTER);
            assertThat(counted(bpf)).as("drained").isEqualTo(BEFORE + AFTER);
            assertThat(inSlot(bpf)).as("in the slot").isEqualTo(AFTER);
            assertThat(fs.content())
                    .filteredOn(pin -> !pin.startsWith("all-draining-")) // the old plain map
                    .containsExactly(
                            "all",
                            "count",
                            "owner",
                            "tenant",
                            "tenant-draining",
                            "tenant-inner",
                            "tenant-inner/1",
                            "tenant-uncounted");
            link.detach();
        }
    }

    /** Two pinned maps, one slot, one link. A descriptor that is opened is closed, too, which is not counted. */
    @Test
    void aLoadMakesFewSystemCalls() throws IOException {
        startAndEnd();
        try (UpgradedLaterBpf bpf =
                later().load()) { // what a process does once: it loads classes, and asks for features
            counted(bpf);
        }
        try (UpgradedBpf bpf = load()) {
            bpf.tenant().drainAll(displaced -> {});
        }
        for (Path group : groups("all", "draining")) { // the user has saved what waited
            try (Stream<Path> files = Files.list(group)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(group);
        }
        Map<SystemCall, Integer> start = calls(() -> load().close());
        Map<SystemCall, Integer> upgrade = calls(() -> later().load().close());
        assertThat(sum(start))
                .as("nothing has changed: %s, upgrade: %s", start, upgrade)
                .isLessThan(CALLS_OF_A_START + addedByLibbpf(1));
        assertThat(sum(upgrade))
                .as("upgrade: %s", upgrade)
                .isLessThan(CALLS_OF_AN_UPGRADE + addedByLibbpf(2)); // with the one that lists tasks
    }

    /** What newer versions of libbpf call, and no user can avoid, beyond those of 1.1. */
    private static int addedByLibbpf(int objects) {
        String version = KernelAndLibbpfVersions.libbpf().substring("libbpf ".length());
        int added = 0;
        if (KernelAssumptions.isAtLeast(version, "1.4")) {
            added++; // the settings, the only map that is created, get the descriptor that was reserved for them
            added += objects; // each looks in /sys/fs/bpf for a token
        }
        if (KernelAssumptions.isAtLeast(version, "1.5")) {
            added++; // maps the memory of the settings a second time
        }
        return added;
    }

    private static int sum(Map<SystemCall, Integer> calls) {
        return calls.values().stream().mapToInt(number -> number).sum();
    }

    /** Without the calls that ask about programs and links of others, of which the machine may have any number. */
    private static Map<SystemCall, Integer> calls(Runnable action) {
        Map<SystemCall, Integer> calls = new EnumMap<>(SystemCall.class);
        WatchedThread.watch(
                call -> {
                    if (!ABOUT_OTHERS.contains(call)) {
                        calls.merge(call, 1, Integer::sum);
                    }
                    return null;
                },
                action);
        return calls;
    }

    /** The preparation has compared the slots with the pins before the old maps waited there. */
    @Test
    void aDrainPassesTheOldMapsAlsoAfterAPreparationThatHasChangedASlot() {
        startAndEnd();
        try (UpgradedLaterBpf bpf =
                        later().prepare(loaded -> loaded.tenant().create(2)).load();
                KernelLink link = link()) {
            LoopbackSocket.exchange(AFTER);
            long[] packets = {0};
            bpf.tenant().drainAll(displaced -> displaced.map().forEach(count -> packets[0] += count.packets()));

            assertThat(packets[0]).isEqualTo(BEFORE + AFTER);
            link.detach();
        }
    }

    /** Programs of the previous version count in it until the new ones are attached. */
    @Test
    void aPlainMapInWhichProgramsMayCountWaits() throws IOException {
        startAndEnd();
        try (UpgradedBpf.AllMap.Owned old = UpgradedBpf.ALL_MAP.openPinned(fs.path("all"));
                LogRecords log = LogRecords.of("dev.nestmap.runtime");
                UpgradedLaterBpf bpf = later().prepare(loaded -> old.put(new Upgraded.All(0, AFTER, 0)))
                        .load()) {
            assertThat(Objects.requireNonNull(bpf.all().get(0)).packets()).isZero();
            assertThat(log.messages())
                    .filteredOn(message -> !message.contains("generic mode")) // of the loopback interface
                    .singleElement()
                    .asString()
                    .startsWith("1 map of " + fs.pin("all"))
                    .contains("programs may write to all", "nestmap drain");
            assertThat(bpf.keptCounts()).isEqualTo(Map.of("all", 1L));
            assertThat(waitingOfAll()).containsExactly(AFTER);
            assertThat(counted(bpf)).isEqualTo(BEFORE);
        }
        try (UpgradedBpf bpf = load()) { // the old jar. The map of the later one is empty, so it does not wait
            assertThat(bpf.keptCounts()).isEqualTo(Map.of("all", 1L));
            assertThat(Objects.requireNonNull(bpf.all().get(0)).packets()).isZero();
        }
    }

    /** The packets in the maps that wait beside the plain map. */
    private List<Integer> waitingOfAll() throws IOException {
        List<Integer> packets = new ArrayList<>();
        for (String pin : fs.content()) {
            if (pin.matches("all-(draining|retired)-[0-9]+/0-[0-9]+")) {
                try (RawMap map = Objects.requireNonNull(new KernelPins(pins).open(fs.pin(pin), MapAccess.READ_ONLY))) {
                    OffHeapBlock entry = OffHeapBlock.allocate(8 + map.valueBytes());
                    assertThat(map.lookup(entry, 0, 8)).isZero();
                    packets.add((int) entry.bytes().getLong(map.valueBytes() == 16 ? 8 : 16));
                }
            }
        }
        return packets;
    }

    /** It has run, and may have counted in the new maps. */
    @Test
    void aFailedUpgradeIsTakenBackAlsoIfItHasAPlainMap() throws IOException {
        startAndEnd();
        int previous = attachedProgram();
        assertBpfException(() -> later().prepare(loaded -> {
                    loaded.all().put(new UpgradedLater.All(0, 0, AFTER, 0));
                    blockTrace();
                })
                .attachByName("trace", Tracepoint.Raw.of("sys_enter"), TRACE_PIN)
                .load());
        Files.delete(fs.path("trace"));

        assertThat(attachedProgram()).isEqualTo(previous);
        assertThat(waitingOfAll()).containsExactly(AFTER);
        try (UpgradedBpf bpf = load()) {
            assertThat(bpf.keptCounts()).isEqualTo(Map.of("all", 1L));
            assertThat(inSlot(bpf)).isEqualTo(BEFORE);
        }
    }

    /** The program that reads many inner maps for another handle uses the old outer map. It runs only when somebody reads. */
    @Test
    void aProgramThatReadsIsNoWriter() {
        try (UpgradedBpf bpf = load()) {
            bpf.tenant().create(1);
            LoopbackSocket.exchange(BEFORE);
        }
        try (UpgradedBpf.TenantMap.Owned reader =
                UpgradedBpf.TENANT_MAP.openPinned(fs.path("tenant"), MapAccess.READ_ONLY)) {
            for (int i = 0; i < 2_000; i++) { // enough to load the program
                assertThat(Objects.requireNonNull(reader.get(1, 0)).packets()).isEqualTo(BEFORE);
            }
            try (UpgradedLaterBpf bpf = later().load()) {
                assertThat(counted(bpf)).isEqualTo(BEFORE);
            }
        }
    }

    /** The load does not wait for the runs of a sleepable program of the previous version. */
    @Test
    void aMapThatSleepableProgramsUseIsInDoubt() {
        KernelMapFactory factory = new KernelMapFactory();
        try (UpgradedBpf bpf = load("-DSLEEPABLE");
                RawMap tenant = Objects.requireNonNull(factory.open(bpf.tenant().id()))) {
            assertThat(factory.usedBySleepable(Set.of(tenant.id(), 0)))
                    .isEqualTo(SEES_SLEEPABLE_PROGRAMS ? Set.of(tenant.id()) : Set.of());
            bpf.tenant().create(1);
            LoopbackSocket.exchange(BEFORE);
        }
        try (UpgradedLaterBpf bpf = later("-DSLEEPABLE").load()) {
            assertUnchecked(bpf);
            assertThat(bpf.keptCounts()).as("a plain map, even an empty one").isEqualTo(Map.of("all", 1L));
        }
    }

    /** Its run has not ended although its link has the program of the later version. Here, the descriptor keeps it. */
    @Test
    void aMapInWhichASleepableProgramOfThePreviousVersionMayCountIsInDoubt(@TempDir Path directory) throws IOException {
        assumeThat(SEES_SLEEPABLE_PROGRAMS).isTrue();
        Path file = directory.resolve("saved");
        Uprobe probe = Uprobe.onEntry(BpfObjects.library("probed"), "probed_first");
        int program;
        try (UpgradedBpf bpf = open(BpfObjects.of("upgraded", "-DWATCH=\"uprobe.s\""), pins)
                .attachByName("watch", probe, WATCH_PIN)
                .load()) {
            bpf.tenant().create(1);
            program = NativeLibraries.libbpf()
                    .bpf_prog_get_fd_by_id(bpf.program("watch").id());
        }
        try {
            try (UpgradedLaterBpf bpf = later("-DWATCH=\"uprobe\"")
                    .attachByName("watch", probe, WATCH_PIN)
                    .load()) {
                assertThat(bpf.keptCounts()).as("the plain map is empty").isEqualTo(Map.of("all", 1L));
                assertUnchecked(bpf);
            }
            String printed = ChildVm.output(new ChildVm().start(Main.class, "drain", fs.path("all"), "--output", file));
            assertThat(printed).contains("was not saved, and waits: programs may still count in it: watch");
        } finally {
            NativeLibraries.libc().close(program);
        }
        new ChildVm().run(Main.class, "drain", fs.path("all"), "--output", file);
        assertThat(groups("all", "draining")).isEmpty();
    }

    /** Of another object, whose programs Nestmap does not know. The kernel does. */
    @Test
    void aMapThatASleepableProgramOfAnotherObjectUsesIsInDoubt() {
        try (UpgradedBpf bpf = load()) {
            bpf.tenant().create(1);
            try (UpgradedBpf other = UpgradedBpf.open(BpfObjects.of("upgraded", "-DSLEEPABLE"))
                    .pins(pins)
                    .load()) {
                assertThat(other.tenant().id()).isEqualTo(bpf.tenant().id());
                try (Displaced<Long, UpgradedBpf.CountMap> rotated =
                        Objects.requireNonNull(bpf.tenant().rotate(1))) {
                    assertThat(rotated.isExact()).isEqualTo(!SEES_SLEEPABLE_PROGRAMS);
                    assertThat(rotated.doubts())
                            .isEqualTo(SEES_SLEEPABLE_PROGRAMS ? Set.of(Displaced.Doubt.UNCHECKED) : Set.of());
                }
            }
        }
    }

    /** A group may have many maps, and its last acknowledgement must not fail. */
    @Test
    void anAcknowledgementLeavesTheEmptyGroupToTheNextDrain() throws IOException {
        try (UpgradedBpf bpf = load()) {
            for (long tenant = 1; tenant <= 8; tenant++) {
                bpf.tenant().create(tenant);
            }
        }
        try (UpgradedLaterBpf bpf = later().load()) {
            List<Displaced<Long, UpgradedLaterBpf.CountMap>> tickets =
                    bpf.tenant().waitingTickets();
            assertThat(tickets).hasSize(8);

            assertThat(calls(() -> tickets.forEach(Displaced::acknowledge))).doesNotContainKey(SystemCall.GETDENTS);

            WatchedThread.watch(
                    call -> call == SystemCall.UNLINK ? Errno.EPERM : null,
                    () -> assertThat(counted(bpf)).isZero());
            assertThat(groups("draining")).hasSize(1);
            assertThat(counted(bpf)).isZero();
            assertThat(groups("draining")).isEmpty();
        }
    }

    /** Whoever may write to the directory may have put them there. */
    @Test
    void aDrainLeavesFilesThatAreNamedLikeGroups() throws IOException {
        startAndEnd();
        KernelPins kernel = new KernelPins(pins);
        Path group = fs.pin("tenant-draining-8");
        try (UpgradedLaterBpf bpf = later().load();
                RawMap map = new KernelMapFactory()
                        .create(new MapShape("other", MapKind.HASH, Integer.BYTES, Long.BYTES, 1, 0), null)) {
            kernel.pin(map, fs.pin("tenant-draining-7"), pins);
            kernel.pin(map, group.resolve("1-5"), pins);
            kernel.createDirectory(group.resolve("schema"), pins);

            assertThat(counted(bpf)).isEqualTo(BEFORE);

            assertThat(groups("draining")).containsExactly(fs.pin("tenant-draining-7"), group);
            assertThat(group.resolve("1-5")).exists();
        }
    }

    /** The load that was interrupted may have replaced their program just now. */
    @Test
    void aLoadThatOnlyHandsOverRetiredMapsWaitsForTheirPrograms() throws IOException {
        startAndEnd();
        later().load().close();
        Path group = groups("draining").get(0);
        Files.move(group, Path.of(group.toString().replace("draining", "retired")));
        Runnable load =
                () -> UpgradedLaterBpf.open(laterObject()).pins(pins).load().close();

        Map<SystemCall, Integer> first = calls(load);

        assertThat(groups("draining")).containsExactly(group);
        assertThat(first.get(SystemCall.MAP_CREATE)).isGreaterThan(calls(load).get(SystemCall.MAP_CREATE));
    }

    private List<Path> groups(String kind) throws IOException {
        return groups("tenant", kind);
    }

    private List<Path> groups(String pin, String kind) throws IOException {
        try (Stream<Path> files = Files.list(fs.pin(pin).resolveSibling("."))) {
            return files.map(Path::normalize)
                    .filter(file -> file.getFileName().toString().startsWith(pin + "-" + kind + "-"))
                    .sorted()
                    .toList();
        }
    }

    /** If the upgrade were taken back, the counts of the guest would be lost. */
    @Test
    void nobodyElseAttachesAProgramUntilTheUpgradeIsComplete() throws IOException {
        startAndEnd();
        List<UpgradedLaterBpf> guests = new ArrayList<>();
        Runnable attach =
                () -> guests.get(0).program("count").attach(Xdp.on("lo")).close();
        UpgradedLaterBpf.Open upgrade = later().prepare(loaded -> {
            guests.add(withoutAttachment().load());
            assertBpfException(attach::run, "is just replacing the maps there").hasErrno(Errno.EAGAIN);
        });
        try (UpgradedLaterBpf bpf = upgrade.load();
                UpgradedLaterBpf guest = guests.get(0)) {
            assertThat(guest.tenant().id()).isEqualTo(bpf.tenant().id());
            assertThatThrownBy(attach::run) // only because it would count each packet twice
                    .isInstanceOf(BpfException.class)
                    .hasMessageNotContaining("replacing the maps");
        }
    }

    private static void assertUnchecked(UpgradedLaterBpf bpf) {
        List<Set<Displaced.Doubt>> doubts = new ArrayList<>();
        bpf.tenant().drainWaiting(displaced -> doubts.add(displaced.doubts()));
        assertThat(doubts).containsExactly(Set.of(Displaced.Doubt.UNCHECKED));
    }

    private static long counted(UpgradedLaterBpf bpf) {
        long[] packets = {0};
        bpf.tenant().drainWaiting(displaced -> displaced.map().forEach(count -> packets[0] += count.packets()));
        return packets[0];
    }

    /** A map that was drained and stored, but not closed, keeps its identity although the upgrade replaces it. */
    @Test
    void aWaitingMapKeepsItsIdentity() {
        MapIdentity before;
        try (UpgradedBpf bpf = load()) {
            bpf.tenant().create(1);
            LoopbackSocket.exchange(BEFORE);
            Displaced<Long, UpgradedBpf.CountMap> drained =
                    Objects.requireNonNull(bpf.tenant().rotate(1));
            before = drained.identity();
            drained.close(); // the pin stays
        }
        try (UpgradedLaterBpf bpf = later().load()) {
            List<MapIdentity> after = new ArrayList<>();
            bpf.tenant().drainWaiting(displaced -> after.add(displaced.identity()));
            assertThat(after).contains(before);
        }
    }

    @Test
    void aProgramThatTheVerifierRejectsChangesNothing() throws IOException {
        try (UpgradedBpf bpf = load()) {
            bpf.tenant().create(1);
        }
        List<String> before = fs.content();
        int program = attachedProgram();

        assertBpfException(() -> later("-DREJECTED").load()).hasErrno(Errno.EACCES);

        assertThat(fs.content()).isEqualTo(before);
        assertThat(attachedProgram()).isEqualTo(program);
        LoopbackSocket.exchange(BEFORE);
        try (UpgradedBpf bpf = load();
                KernelLink link = link()) {
            assertThat(inSlot(bpf)).isEqualTo(BEFORE);
            link.detach();
        }
    }

    @Test
    void aLinkThatCouldNotBeTakenOverIsRejectedBeforeTheLoad() {
        UpgradedBpf.Open open = UpgradedBpf.open(BpfObjects.of("upgraded")).pins(pins);
        assertThatThrownBy(() -> open.attachByName("trace", Tracepoint.Raw.of("sys_enter"), PIN))
                .hasMessageContaining("the kernel can't replace the program of a link of the kind RAW_TRACEPOINT");
        assertThatThrownBy(() -> open.attachByName("counts", Xdp.on("lo"), PIN))
                .hasMessageContaining("has no such program, only count, trace");
    }

    @Test
    void aProgramThatIsLeftOutIsRejectedBeforeTheLoad() throws IOException {
        assertThatThrownBy(() -> UpgradedBpf.open(BpfObjects.of("upgraded"))
                        .pins(pins)
                        .withoutPrograms("count")
                        .attachByName("count", Xdp.on("lo"), PIN)
                        .load())
                .hasMessageContaining("the program is not loaded");
        assertThat(fs.content()).isEmpty();
    }

    @Test
    void aLoadThatMayNotUpgradeRejectsTheOldMaps() throws IOException {
        startAndEnd();
        List<String> before = pinned();

        assertBpfException(
                () -> later().pins(pins.withoutUpgrade()).load(),
                "the pinned map is not as dev.nestmap.tests.upgrade.UpgradedLater declares",
                "let a load of this version upgrade the map");

        assertThat(pinned()).isEqualTo(before);
        try (UpgradedLaterBpf bpf = later().load()) {
            assertThat(counted(bpf)).isEqualTo(BEFORE);
        }
    }

    /** The previous program stays attached, and would count in maps that were converted already. */
    @Test
    void aMigrationWithoutTheAttachmentIsRefusedWhileTheProgramRuns() throws IOException {
        startAndEnd();
        String program = "count (id " + attachedProgram() + ")";

        assertBpfException(() -> withoutAttachment().load())
                .hasMessageContaining(program)
                .hasMessageContaining(".attach(program, hook, link)")
                .hasMessageContaining("keep programs without a process: " + fs.path("count"))
                .hasMessageContaining("`nestmap end LINK --output FILE` detaches it")
                .hasMessageContaining("PinOptions.withOtherWriters()");
        LoopbackSocket.exchange(AFTER);
        try (UpgradedLaterBpf bpf = later().load()) {
            assertThat(counted(bpf)).isEqualTo(BEFORE + AFTER);
        }
    }

    /** A load can't name it as it names a program, so the message has another remedy, which works. */
    @Test
    void aStructWhoseFunctionsUseTheMapsIsEndedAsTheMessageSays(@TempDir Path directory) throws IOException {
        loadWithStruct();
        Path file = directory.resolve("saved");

        assertBpfException(() -> later().load())
                .hasMessageContaining("threshold (id ")
                .hasMessageContaining(
                        "A load can't replace the functions of a struct (struct_ops): end its pinned link as below")
                .hasMessageContaining("keep programs without a process: " + fs.path("control"))
                .hasMessageContaining("`nestmap end LINK --output FILE` detaches it");

        new ChildVm().run(Main.class, "end", fs.path("control"), "--yes", "--output", file);
        try (UpgradedLaterBpf bpf = later().load()) {
            assertThat(counted(bpf)).isEqualTo(BEFORE);
        }
    }

    /** The kernel names no program of such a link. */
    @Test
    void theCommandEndsAServiceWithAStruct(@TempDir Path directory) throws IOException {
        loadWithStruct();
        Path file = directory.resolve("saved");

        new ChildVm().run(Main.class, "end", fs.path(""), "--yes", "--output", file);

        assertThat(Files.readString(file)).contains("\"packets\":" + BEFORE);
        assertThat(fs.content()).isEmpty();
    }

    /** Has a pinned congestion control of TCP, which stays attached. */
    private void loadWithStruct() {
        KernelAssumptions.assume(KernelFeature.STRUCT_OPS_LINKS);
        try (UpgradedBpf bpf = load("-DSTRUCT")) {
            bpf.attachStructOps("control", LinkPin.at(Path.of("control")));
            bpf.tenant().create(1);
            LoopbackSocket.exchange(BEFORE);
        }
    }

    /** It would count on at the other link, in maps that were converted already. */
    @Test
    void aProgramThatAnotherLinkKeepsIsNotReplaced() throws IOException {
        InstalledCommand.line("ip link add ve0 type veth peer name ve1");
        LinkPin other = LinkPin.at(Path.of("other"));
        try (UpgradedBpf bpf = load()) {
            bpf.tenant().create(1);
            bpf.program("count").attach(Xdp.on("ve0"), other);
        }
        List<String> before = fs.content();

        assertBpfException(() -> later().load())
                .hasMessageContaining("count (id " + attachedProgram() + ")")
                .hasMessageContaining("keep programs without a process: " + fs.path("other"));

        assertThat(fs.content()).isEqualTo(before);
        later().attachByName("count", Xdp.on("ve0"), other).load().close();
    }

    /** The process was killed before it attached the new program: the previous one counts in the retired maps. */
    @Test
    void retiredMapsAreNotDrainedWhileTheirProgramRuns() throws Exception {
        startAndEnd();
        String program = "count (id " + attachedProgram() + ")";
        assertThat(new ChildVm().start(Halted.class, laterObject(), fs.path("")).waitFor())
                .isEqualTo(Halted.STATUS);
        assertThat(fs.content()).anyMatch(file -> file.startsWith("tenant-retired-"));
        LoopbackSocket.exchange(AFTER);

        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            withoutAttachment().load().close();
            assertThat(log.messages())
                    .anyMatch(message -> message.contains(program) && message.contains("wait until the next start"));
        }

        LoopbackSocket.exchange(AFTER);
        try (UpgradedLaterBpf bpf = later().load()) {
            assertThat(counted(bpf)).isEqualTo(BEFORE + AFTER + AFTER);
        }
    }

    /** The process that ends between the exchange of the maps and the attachment. */
    static final class Halted {
        static final int STATUS = 9;

        public static void main(String[] arguments) {
            later(Path.of(arguments[0]), PinOptions.in(Path.of(arguments[1])))
                    .prepare(loaded -> Runtime.getRuntime().halt(STATUS))
                    .load();
        }
    }

    /** It may have counted between its attachment and the failure of the next one. */
    @Test
    void aFailedLoadKeepsTheMapsOfAProgramThatHasRun() throws IOException {
        assertBpfException(() -> open(pins)
                .prepare(loaded -> {
                    loaded.tenant().create(1);
                    blockTrace();
                })
                .attachByName("trace", Tracepoint.Raw.of("sys_enter"), TRACE_PIN)
                .load());
        Files.delete(fs.path("trace"));

        assertThat(fs.content()).contains("all", "tenant", "tenant-inner/1").doesNotContain("count");
        try (UpgradedBpf bpf = load()) {
            assertThat(bpf.tenant().keys()).containsExactly(1L);
        }
    }

    /** Makes the attachment with {@link #TRACE_PIN} fail. */
    private void blockTrace() {
        assertThat(fs.path("trace").toFile().mkdir()).isTrue();
    }

    /** What other writers add to a drained map is lost. */
    @Test
    void otherWritersTakeAWordAndPutTheMapInDoubt() throws IOException {
        startAndEnd();
        try (UpgradedLaterBpf bpf =
                withoutAttachment().pins(pins.withOtherWriters()).load()) {
            List<Set<Displaced.Doubt>> doubts = new ArrayList<>();
            long[] packets = {0};
            bpf.tenant().drainWaiting(displaced -> {
                doubts.add(displaced.doubts());
                displaced.map().forEach(count -> packets[0] += count.packets());
            });
            assertThat(doubts).containsExactly(Set.of(Displaced.Doubt.UNCHECKED));
            assertThat(packets[0]).isEqualTo(BEFORE);
            assertThat(bpf.keptCounts()).as("a plain map, even an empty one").isEqualTo(Map.of("all", 1L));
        }
    }

    /** What it counts after that would be gone. */
    @Test
    void theCommandLeavesAPlainMapInWhichAProgramMayCount(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("saved");
        try (UpgradedBpf old = UpgradedBpf.open(BpfObjects.of("upgraded", "-DSLEEPABLE"))
                .pins(pins)
                .load()) {
            old.all().put(new Upgraded.All(0, AFTER, 0));
            withoutAttachment().pins(pins.withOtherWriters()).load().close();

            String printed = ChildVm.output(new ChildVm().start(Main.class, "drain", fs.path("all"), "--output", file));

            assertThat(printed).contains("was not saved, and waits: programs may still count in it: audit");
            assertThat(Files.readString(file)).isEmpty();
        }
        new ChildVm().run(Main.class, "drain", fs.path("all"), "--output", file);
        assertThat(Files.readString(file)).contains("\"packets\":" + AFTER);
    }

    @Test
    void theFirstPacketFindsWhatIsPrepared() {
        try (UpgradedBpf bpf = open(pins)
                        .prepare(loaded -> {
                            assertThat(fs.path("count")).doesNotExist();
                            loaded.tenant().getOrCreate(1);
                            LoopbackSocket.exchange(BEFORE); // nothing is attached yet
                        })
                        .load();
                KernelLink link = link()) {
            LoopbackSocket.exchange(AFTER);
            assertThat(inSlot(bpf)).isEqualTo(AFTER);
            link.detach();
        }
    }

    /** What it counted would be gone if the load failed. */
    @Test
    void aPreparationAttachesNoProgram() throws IOException {
        assertBpfException(() -> UpgradedBpf.open(BpfObjects.of("upgraded"))
                        .pins(pins)
                        .prepare(loaded -> {
                            loaded.tenant().getOrCreate(1);
                            loaded.program("count").attach(Xdp.on("lo"));
                        })
                        .load())
                .hasMessageContaining("prepare(...) must not attach a program")
                .hasMessageContaining("between open and load");
        assertThat(fs.content()).isEmpty();

        Path elsewhere = fs.path("elsewhere");
        try (UpgradedBpf running = open(BpfObjects.of("upgraded"), PinOptions.in(elsewhere))
                        .load();
                KernelLink link = Nestmap.openPinnedLink(elsewhere.resolve(PIN.path()))) {
            assertBpfException(() -> UpgradedBpf.open(BpfObjects.of("upgraded"))
                            .pins(pins)
                            .prepare(loaded -> link.update(loaded.program("count")))
                            .load())
                    .hasMessageContaining("prepare(...) must not attach a program");
            assertThat(link.info().programId())
                    .isEqualTo(running.program("count").id());
            link.detach();
        }
    }

    @Test
    void aPreparationThatFailsUndoesTheUpgrade() throws IOException {
        startAndEnd();
        assertThatThrownBy(() -> later().prepare(loaded -> {
                            loaded.tenant().getOrCreate(2);
                            throw new IllegalStateException("not today");
                        })
                        .load())
                .hasMessage("not today");
        LoopbackSocket.exchange(AFTER);
        try (UpgradedBpf bpf = load()) {
            assertThat(bpf.tenant().keys()).containsExactly(1L);
            assertThat(inSlot(bpf)).isEqualTo(BEFORE + AFTER);
        }
    }

    /** Otherwise the next start would take them for displaced ones. */
    @Test
    void thePinsOfItsInnerMapsGoWithANewOuterMap() throws IOException {
        startAndEnd();
        for (String pin : List.of("tenant-inner/1", "tenant-inner", "tenant-schema", "tenant-uncounted", "tenant")) {
            Files.delete(fs.pin(pin));
        }
        List<String> before = fs.content();
        assertThatThrownBy(() -> later().prepare(loaded -> {
                            loaded.tenant().getOrCreate(1);
                            throw new IllegalStateException("not today");
                        })
                        .load())
                .hasMessage("not today");
        assertThat(fs.content()).isEqualTo(before);
    }
}
