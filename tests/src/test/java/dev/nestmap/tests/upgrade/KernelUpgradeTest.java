/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.upgrade;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.BPF_EXCEPTION;
import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Tracepoint;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.LoopbackSocket;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.logging.Filter;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An upgrade in one call: a new program over pinned maps whose records have changed, in place of the attached program. */
@KernelTest
@Timeout(60)
@Tag("jdk-independent")
class KernelUpgradeTest extends PinningTest {
    private static final int BEFORE = 20;
    private static final int AFTER = 10;
    private static final LinkPin PIN = LinkPin.at(Path.of("count"));
    private static final LinkPin TRACE_PIN = LinkPin.at(Path.of("trace")).withReplacement(LinkPin.Replacement.GAP);

    private static final Migration UPGRADE = Migration.from(schema("upgraded"))
            .drain(UpgradedLaterBpf.TENANT_MAP)
            .copy(UpgradedLaterBpf.ALL_MAP);

    private static final Migration COPY =
            Migration.from(schema("upgraded")).copy(UpgradedLaterBpf.TENANT_MAP).copy(UpgradedLaterBpf.ALL_MAP);

    private UpgradedBpf load() {
        return UpgradedBpf.open(BpfObjects.of("upgraded"))
                .pins(pins)
                .attachByName("count", Xdp.on("lo"), PIN)
                .load();
    }

    private UpgradedLaterBpf.Open later(String... options) {
        return later(UPGRADE, options);
    }

    private UpgradedLaterBpf.Open later(Migration migration, String... options) {
        return UpgradedLaterBpf.open(BpfObjects.of("upgraded", options))
                .pins(pins)
                .migrate(migration)
                .attachByName("count", Xdp.on("lo"), PIN);
    }

    private static String schema(String object) {
        try (InputStream text = KernelUpgradeTest.class.getResourceAsStream(
                "/META-INF/bpf/dev/nestmap/tests/upgrade/" + object + ".schema")) {
            return new String(Objects.requireNonNull(text).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends datagrams over lo. Each runs the program once. */
    private static void send(int datagrams) {
        try (LoopbackSocket receiver = LoopbackSocket.sharing(0);
                LoopbackSocket sender = LoopbackSocket.sendingTo(receiver.port())) {
            for (int i = 0; i < datagrams; i++) {
                sender.send("datagram");
                receiver.receive();
            }
        }
    }

    private KernelLink link() {
        return Nestmap.openPinnedLink(PIN.path(), pins);
    }

    private int attachedProgram() {
        try (KernelLink link = link()) {
            return link.info().programId();
        }
    }

    @Test
    void whatTheOldProgramCountedComesOutInTheNewLayout() throws Throwable {
        NetworkNamespace.run(() -> {
            KernelLink.Info before;
            try (UpgradedBpf bpf = load();
                    KernelLink link = link()) {
                bpf.tenant().create(1);
                send(BEFORE);
                before = link.info();
            }
            send(AFTER); // no process is there
            try (UpgradedLaterBpf bpf = later("-DLATER").load();
                    KernelLink link = link()) {
                assertThat(link.info().id()).isEqualTo(before.id());
                assertThat(link.info().programId())
                        .isEqualTo(bpf.program("count").id());
                send(AFTER);
                assertThat(counted(bpf)).as("drained").isEqualTo(BEFORE + AFTER);
                assertThat(Objects.requireNonNull(bpf.tenant().get(1, 0)).packets())
                        .as("in the slot")
                        .isEqualTo(AFTER);
                assertThat(fs.content())
                        .containsExactly(
                                "all",
                                "all-migration",
                                "count",
                                "count-owner",
                                "tenant",
                                "tenant-draining",
                                "tenant-inner",
                                "tenant-inner/1",
                                "tenant-migration",
                                "tenant-prototype");
                link.detach();
            }
        });
    }

    /** A copy is a word, but its loss is not silent. */
    @ParameterizedTest
    @ValueSource(ints = {0, AFTER})
    void aLoadSaysThatProgramsHaveWrittenToACopiedMap(int afterTheCopy) throws Throwable {
        NetworkNamespace.run(() -> {
            try (UpgradedBpf bpf = load()) {
                bpf.tenant().create(1);
                send(BEFORE);
            }
            try (LogRecords log = LogRecords.of("dev.nestmap.runtime");
                    UpgradedLaterBpf bpf = later(COPY, "-DLATER")
                            .prepare(loaded -> send(afterTheCopy))
                            .load()) {
                assertThat(Objects.requireNonNull(bpf.tenant().get(1, 0)).packets())
                        .isEqualTo(BEFORE);
                assertThat(log.messages())
                        .hasSize(afterTheCopy > 0 ? 1 : 0)
                        .allMatch(message -> message.contains("has copied the entries of tenant")
                                && message.contains("programs have written to 1 old map after the copy")
                                && message.contains("drain(TENANT_MAP)"));
            }
            link().detach();
        });
    }

    /** The warning reads all old maps. If this fails for want of memory, the load has succeeded already. */
    @Test
    void aLoadSucceedsEvenIfItsWarningFails() throws Throwable {
        Logger logger = Logger.getLogger("dev.nestmap.runtime");
        Filter failing = log -> {
            throw new AssertionError("the logger fails");
        };
        NetworkNamespace.run(() -> {
            try (UpgradedBpf bpf = load()) {
                bpf.tenant().create(1);
                send(BEFORE);
            }
            try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
                logger.setFilter(failing);
                try (UpgradedLaterBpf bpf =
                        later(COPY, "-DLATER").prepare(loaded -> send(AFTER)).load()) {
                    assertThat(attachedProgram()).isEqualTo(bpf.program("count").id());
                    assertThat(log.messages()).isEmpty();
                }
            } finally {
                logger.setFilter(null);
            }
            link().detach();
        });
    }

    @Test
    void aLoadSaysThatAProgramGoesOnUsingACopiedMap() throws Throwable {
        NetworkNamespace.run(() -> {
            try (UpgradedBpf bpf = load()) {
                bpf.tenant().create(1);
                send(BEFORE);
            }
            try (LogRecords log = LogRecords.of("dev.nestmap.runtime");
                    UpgradedLaterBpf bpf = UpgradedLaterBpf.open(BpfObjects.of("upgraded", "-DLATER"))
                            .pins(pins)
                            .migrate(COPY)
                            .load()) {
                assertThat(bpf.migrated().keySet()).containsExactlyInAnyOrder("tenant", "all");
                assertThat(log.messages())
                        .singleElement()
                        .asString()
                        .contains(
                                "has copied the entries of tenant", "programs go on using the old maps", "count (id ");
            }
            link().detach();
        });
    }

    /** What other writers add to a drained map is lost, so the map is in doubt. */
    @Test
    void aMapWithOtherWritersIsInDoubt() throws Throwable {
        NetworkNamespace.run(() -> {
            try (UpgradedBpf bpf = load()) {
                bpf.tenant().create(1);
                send(BEFORE);
            }
            try (UpgradedLaterBpf bpf =
                    later(UPGRADE.withOtherWriters(), "-DLATER").load()) {
                List<Set<Displaced.Doubt>> doubts = new ArrayList<>();
                bpf.tenant().drainWaiting(displaced -> doubts.add(displaced.doubts()));
                assertThat(doubts).containsExactly(Set.of(Displaced.Doubt.UNCHECKED));
            }
            link().detach();
        });
    }

    private static long counted(UpgradedLaterBpf bpf) {
        long[] packets = {0};
        bpf.tenant().drainWaiting(displaced -> displaced.map().forEach(count -> packets[0] += count.packets()));
        return packets[0];
    }

    /** Neither version could start if one of two maps were migrated. */
    @Test
    void aMapThatCanNotBeMigratedChangesNothing() throws Throwable {
        NetworkNamespace.run(() -> {
            try (UpgradedBpf bpf = load()) {
                bpf.tenant().create(1);
                Objects.requireNonNull(bpf.tenant().rotate(1)).close();
            }
            List<String> before = fs.content();

            assertThatThrownBy(() -> UpgradedLaterBpf.open(BpfObjects.of("upgraded", "-DLATER"))
                            .pins(pins)
                            .migrate(Migration.from(schema("upgraded"))
                                    .copy(UpgradedLaterBpf.TENANT_MAP)
                                    .copy(UpgradedLaterBpf.ALL_MAP))
                            .load())
                    .isInstanceOf(BpfException.class)
                    .hasMessageContaining("drain them");

            assertThat(fs.content())
                    .filteredOn(pin -> !pin.equals("all-migration")) // the directory that was locked
                    .isEqualTo(before);
            try (UpgradedBpf bpf = load()) {
                discardDisplaced(bpf.tenant().displaced());
            }
            link().detach();
        });
    }

    /** The map that is migrated last is the other one of the two. */
    @ParameterizedTest
    @ValueSource(strings = {"all", "count"})
    void aCopyThatFailsLeavesAllMapsAsTheyAre(String struct) throws Throwable {
        NetworkNamespace.run(() -> {
            try (UpgradedBpf bpf = load()) {
                bpf.tenant().create(1);
                send(BEFORE);
            }
            List<String> before = fs.content().stream()
                    .filter(pin -> !pin.matches(".*-(migration|draining)")) // directories that were locked
                    .toList();

            assertThatThrownBy(() -> UpgradedLaterBpf.open(BpfObjects.of("upgraded", "-DLATER"))
                            .pins(pins)
                            .migrate(Migration.from(schema("upgraded"))
                                    .copy(UpgradedLaterBpf.TENANT_MAP)
                                    .copy(UpgradedLaterBpf.ALL_MAP)
                                    .compute(struct, "drops", old -> {
                                        throw new IllegalStateException("no drops");
                                    }))
                            .load())
                    .hasStackTraceContaining("no drops");

            assertThat(fs.content())
                    .filteredOn(pin -> !pin.matches(".*-(migration|draining)"))
                    .isEqualTo(before);
            try (UpgradedBpf bpf = load()) {
                assertThat(Objects.requireNonNull(bpf.tenant().get(1, 0)).packets())
                        .isEqualTo(BEFORE);
            }
            link().detach();
        });
    }

    /** A map that was drained and stored, but not closed, keeps its identity although the upgrade replaces it. */
    @Test
    void aWaitingMapKeepsItsIdentity() throws Throwable {
        NetworkNamespace.run(() -> {
            MapIdentity before;
            try (UpgradedBpf bpf = load()) {
                bpf.tenant().create(1);
                send(BEFORE);
                Displaced<Long, UpgradedBpf.CountMap> drained =
                        Objects.requireNonNull(bpf.tenant().rotate(1));
                before = drained.identity();
                drained.close(); // the pin stays
            }
            try (UpgradedLaterBpf bpf = later("-DLATER").load()) {
                List<MapIdentity> after = new ArrayList<>();
                bpf.tenant().drainWaiting(displaced -> after.add(displaced.identity()));
                assertThat(after).contains(before);
            }
            link().detach();
        });
    }

    @Test
    void aProgramThatTheVerifierRejectsChangesNothing() throws Throwable {
        NetworkNamespace.run(() -> {
            try (UpgradedBpf bpf = load()) {
                bpf.tenant().create(1);
            }
            List<String> before = fs.content();
            int program = attachedProgram();

            assertThatThrownBy(() -> later("-DLATER", "-DREJECTED").load())
                    .asInstanceOf(BPF_EXCEPTION)
                    .hasErrno(Errno.EACCES);

            assertThat(fs.content())
                    .filteredOn(pin -> !pin.equals("all-migration")) // the directory that was locked
                    .isEqualTo(before);
            assertThat(attachedProgram()).isEqualTo(program);
            send(BEFORE);
            try (UpgradedBpf bpf = load();
                    KernelLink link = link()) {
                assertThat(Objects.requireNonNull(bpf.tenant().get(1, 0)).packets())
                        .isEqualTo(BEFORE);
                link.detach();
            }
        });
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
    void aProgramThatIsLeftOutIsRejectedBeforeTheLoad() throws Throwable {
        NetworkNamespace.run(() -> {
            assertThatThrownBy(() -> UpgradedBpf.open(BpfObjects.of("upgraded"))
                            .pins(pins)
                            .withoutPrograms("count")
                            .attachByName("count", Xdp.on("lo"), PIN)
                            .load())
                    .hasMessageContaining("the program is not loaded");
            assertThat(fs.content()).isEmpty();
        });
    }

    @Test
    void withoutAMigrationTheLoadRejectsTheOldMaps() throws Throwable {
        NetworkNamespace.run(() -> {
            load().close();
            assertThatThrownBy(() -> UpgradedLaterBpf.open(BpfObjects.of("upgraded", "-DLATER"))
                            .pins(pins)
                            .attachByName("count", Xdp.on("lo"), PIN)
                            .load())
                    .hasMessageContaining("Another version of the records")
                    .hasMessageContaining(
                            "load with open().migrate(Migration.from(text).drain(TENANT_MAP).copy(ALL_MAP))")
                    .hasMessageContaining("A migrate without a load loses what programs count meanwhile");
            link().detach();
        });
    }

    /** A name in Java instead of the name in C would copy the maps, and lose counts. */
    @Test
    void aMigrationWithAWrongNameIsRejectedEvenIfNothingHasToMigrate() throws Throwable {
        NetworkNamespace.run(() -> {
            later("-DLATER").load().close();
            List<String> before = fs.content();
            Migration migration = Migration.from(schema("upgraded"));
            Map.of(
                            migration.drain(() -> "Tenant"), "drain for Tenant, but the records declare no outer map",
                            migration.drop("count", "packts"), "names count.packts, but the previous version has no")
                    .forEach((wrong, message) -> assertThatThrownBy(
                                    () -> later(wrong, "-DLATER").load())
                            .isInstanceOf(BpfException.class)
                            .hasMessageContaining(message));
            assertThat(fs.content()).isEqualTo(before);
            link().detach();
        });
    }

    @Test
    void drainingNeedsASchemaText() {
        assertThatThrownBy(() -> Migration.fromBtf().drain(UpgradedLaterBpf.TENANT_MAP))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("use Migration.from");
    }

    /** What programs count in a changed map is lost without a word of the caller. */
    @Test
    void everyChangedPinnedMapNeedsAWord() throws Throwable {
        NetworkNamespace.run(() -> {
            try (UpgradedBpf bpf = load()) {
                bpf.tenant().create(1);
            }
            List<String> before = fs.content();

            assertThatThrownBy(() -> later(Migration.from(schema("upgraded")).copy(UpgradedLaterBpf.ALL_MAP), "-DLATER")
                            .load())
                    .isInstanceOf(BpfException.class)
                    .hasMessageContaining("tenant has changed, and its entries need a word: add .drain(TENANT_MAP)")
                    .hasMessageContaining(".copy(TENANT_MAP)")
                    .hasMessageContaining(".discard(TENANT_MAP)");
            assertThatThrownBy(() -> later(
                                    Migration.from(schema("upgraded")).drain(UpgradedLaterBpf.TENANT_MAP), "-DLATER")
                            .load())
                    .hasMessageContaining("all has changed, and its entries need a word: add .copy(ALL_MAP)")
                    .hasMessageNotContaining("drain(ALL_MAP)");
            assertThatThrownBy(() -> UpgradedLaterBpf.TENANT_MAP.migrate(
                            fs.path("tenant"), pins, Migration.from(schema("upgraded"))))
                    .hasMessageContaining("tenant has changed, and its entries need a word: add .drain(TENANT_MAP)");

            assertThat(fs.content()).isEqualTo(before);
            link().detach();
        });
    }

    /** The previous program stays attached, and would count in maps that were converted already. */
    @Test
    void aMigrationWithoutTheAttachmentIsRefusedWhileTheProgramRuns() throws Throwable {
        NetworkNamespace.run(() -> {
            try (UpgradedBpf bpf = load()) {
                bpf.tenant().create(1);
                send(BEFORE);
            }
            String program = "count (id " + attachedProgram() + ")";

            assertThatThrownBy(() -> withoutAttachment(UPGRADE).load())
                    .isInstanceOf(BpfException.class)
                    .hasMessageContaining(program)
                    .hasMessageContaining(".attach(program, hook, link)")
                    .hasMessageContaining("Migration.withOtherWriters()");
            assertThatThrownBy(() -> UpgradedLaterBpf.TENANT_MAP.migrate(fs.path("tenant"), pins, UPGRADE))
                    .hasMessageContaining(program)
                    .hasMessageContaining("it would replace maps")
                    .hasMessageContaining("The maps stay as they are. Migrate in a load that replaces them");
            send(AFTER);
            try (UpgradedLaterBpf bpf = later("-DLATER").load()) {
                assertThat(counted(bpf)).isEqualTo(BEFORE + AFTER);
            }
            link().detach();
        });
    }

    /** The new program has run, so the migration stays, but the previous program is attached again and counts in the retired maps. */
    @Test
    void mapsThatAFailedUpgradeHasRetiredAreNotDrainedWhileTheirProgramRuns() throws Throwable {
        NetworkNamespace.run(() -> {
            try (UpgradedBpf bpf = load()) {
                bpf.tenant().create(1);
                send(BEFORE);
            }
            int previous = attachedProgram();
            String program = "count (id " + previous + ")";
            assertThatThrownBy(() -> later("-DLATER")
                            .prepare(loaded -> blockTrace())
                            .attachByName("trace", Tracepoint.Raw.of("sys_enter"), TRACE_PIN)
                            .load())
                    .isInstanceOf(BpfException.class);
            Files.delete(fs.path("trace"));
            assertThat(attachedProgram()).isEqualTo(previous);
            assertThat(fs.content()).contains("tenant-retired");
            send(AFTER);

            assertThatThrownBy(() -> withoutAttachment(UPGRADE).load())
                    .isInstanceOf(BpfException.class)
                    .hasMessageContaining(program);
            assertThatThrownBy(() -> UpgradedLaterBpf.TENANT_MAP.migrate(fs.path("tenant"), pins, UPGRADE))
                    .isInstanceOf(BpfException.class)
                    .hasMessageContaining(program);

            send(AFTER);
            try (UpgradedLaterBpf bpf = later("-DLATER").load()) {
                assertThat(counted(bpf)).isEqualTo(BEFORE + AFTER + AFTER);
            }
            link().detach();
        });
    }

    /** It may have counted between its attachment and the failure of the next one. */
    @Test
    void aFailedLoadKeepsTheMapsOfAProgramThatHasRun() throws Throwable {
        NetworkNamespace.run(() -> {
            assertThatThrownBy(() -> UpgradedBpf.open(BpfObjects.of("upgraded"))
                            .pins(pins)
                            .prepare(loaded -> {
                                loaded.tenant().create(1);
                                blockTrace();
                            })
                            .attachByName("count", Xdp.on("lo"), PIN)
                            .attachByName("trace", Tracepoint.Raw.of("sys_enter"), TRACE_PIN)
                            .load())
                    .isInstanceOf(BpfException.class);
            Files.delete(fs.path("trace"));

            assertThat(fs.content()).contains("all", "tenant", "tenant-inner/1").doesNotContain("count");
            try (UpgradedBpf bpf = load()) {
                assertThat(bpf.tenant().keys()).containsExactly(1L);
            }
            link().detach();
        });
    }

    /** Makes the attachment with {@link #TRACE_PIN} fail. */
    private void blockTrace() {
        try {
            Files.createDirectory(fs.path("trace"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void otherWritersTakeAWord() throws Throwable {
        NetworkNamespace.run(() -> {
            try (UpgradedBpf bpf = load()) {
                bpf.tenant().create(1);
                send(BEFORE);
            }
            try (UpgradedLaterBpf bpf =
                    withoutAttachment(UPGRADE.withOtherWriters()).load()) {
                assertThat(counted(bpf)).isEqualTo(BEFORE);
            }
            link().detach();
        });
    }

    private UpgradedLaterBpf.Open withoutAttachment(Migration migration) {
        return UpgradedLaterBpf.open(BpfObjects.of("upgraded", "-DLATER"))
                .pins(pins)
                .migrate(migration);
    }

    @Test
    void discardedMapsStartEmpty() throws Throwable {
        NetworkNamespace.run(() -> {
            try (UpgradedBpf bpf = load()) {
                bpf.tenant().create(1);
                send(BEFORE);
                Objects.requireNonNull(bpf.tenant().rotate(1)).close();
                send(BEFORE);
            }
            Migration migration = Migration.from(schema("upgraded"))
                    .discard(UpgradedLaterBpf.TENANT_MAP)
                    .discard(UpgradedLaterBpf.ALL_MAP);
            try (UpgradedLaterBpf bpf = later(migration, "-DLATER").load()) {
                assertThat(counted(bpf)).isZero();
                send(AFTER);
                assertThat(Objects.requireNonNull(bpf.tenant().get(1, 0)).packets())
                        .isEqualTo(AFTER);
            }
            assertThat(fs.content()).doesNotContain("tenant-retired");
            link().detach();
        });
    }

    /** The build can check what the load would refuse. */
    @Test
    void theLoadRefusesWhatTheCheckFinds() throws Throwable {
        NetworkNamespace.run(() -> {
            Migration wrong = Migration.from(schema("upgraded"))
                    .drain(UpgradedLaterBpf.TENANT_MAP)
                    .compute("count", "drops", old -> old.number("no_such"));
            List<String> problems = UpgradedLaterBpf.check(wrong).problems();
            assertThat(problems).hasSize(2);

            assertThatThrownBy(() -> later(wrong, "-DLATER").load())
                    .satisfies(refused ->
                            problems.forEach(problem -> assertThat(refused).hasMessageContaining(problem)));
            UpgradedLaterBpf.check(UPGRADE).requireComplete();
            UpgradedLaterBpf.check(UPGRADE).rollback().requireComplete();
        });
    }

    @Test
    void theFirstPacketFindsWhatIsPrepared() throws Throwable {
        NetworkNamespace.run(() -> {
            try (UpgradedBpf bpf = UpgradedBpf.open(BpfObjects.of("upgraded"))
                            .pins(pins)
                            .prepare(loaded -> {
                                assertThat(fs.path("count")).doesNotExist();
                                loaded.tenant().getOrCreate(1);
                                send(BEFORE); // nothing is attached yet
                            })
                            .attachByName("count", Xdp.on("lo"), PIN)
                            .load();
                    KernelLink link = link()) {
                send(AFTER);
                assertThat(Objects.requireNonNull(bpf.tenant().get(1, 0)).packets())
                        .isEqualTo(AFTER);
                link.detach();
            }
        });
    }

    @Test
    void aPreparationThatFailsUndoesTheUpgrade() throws Throwable {
        NetworkNamespace.run(() -> {
            try (UpgradedBpf bpf = load()) {
                bpf.tenant().create(1);
                send(BEFORE);
            }
            assertThatThrownBy(() -> later("-DLATER")
                            .prepare(loaded -> {
                                loaded.tenant().getOrCreate(2);
                                throw new IllegalStateException("not today");
                            })
                            .load())
                    .hasMessage("not today");
            send(AFTER);
            try (UpgradedBpf bpf = load()) {
                assertThat(bpf.tenant().keys()).containsExactly(1L);
                assertThat(Objects.requireNonNull(bpf.tenant().get(1, 0)).packets())
                        .isEqualTo(BEFORE + AFTER);
            }
            link().detach();
        });
    }

    @Test
    void thePinsChooseTheMigration() throws Throwable {
        NetworkNamespace.run(() -> {
            try (UpgradedBpf bpf = load()) {
                bpf.tenant().create(1);
                send(BEFORE);
            }
            try (UpgradedLaterBpf bpf = withoutMigration()
                    .migrate(Migration.from(schema("kept")).drain(UpgradedLaterBpf.TENANT_MAP))
                    .migrate(UPGRADE)
                    .load()) {
                assertThat(counted(bpf)).isEqualTo(BEFORE);
                assertThat(bpf.migrated().keySet()).containsExactlyInAnyOrder("all", "tenant");
                assertThat(Objects.requireNonNull(bpf.migrated().get("all")).entries())
                        .isEqualTo(1);
            }
            link().detach();
        });
    }

    private UpgradedLaterBpf.Open withoutMigration() {
        return UpgradedLaterBpf.open(BpfObjects.of("upgraded", "-DLATER"))
                .pins(pins)
                .attachByName("count", Xdp.on("lo"), PIN);
    }
}
