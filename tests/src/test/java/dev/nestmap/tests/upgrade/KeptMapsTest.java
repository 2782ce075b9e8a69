/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.upgrade;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.Main;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.runtime.pin.PlannedUpgrade;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No load is refused because a record has changed: what does not convert waits under its own text, and is named. */
@KernelTest
class KeptMapsTest extends PinningTest {
    @TempDir
    private Path directory;

    private WaitsBpf load() {
        return WaitsBpf.open(BpfObjects.of("waits")).pins(pins).load();
    }

    private WaitsLaterBpf.Open later() {
        return WaitsLaterBpf.open(BpfObjects.of("waits", "-DLATER")).pins(pins);
    }

    private WaitsLaterBpf loadLater() {
        return later().load();
    }

    private void startAndEnd() {
        try (WaitsBpf bpf = load()) {
            bpf.site().create(1).put(new Waits.Wide(7, 70, 1));
            bpf.limit().put(new Waits.Limit(3, 30));
        }
    }

    @Test
    void whatDoesNotConvertWaitsForTheVersionThatCanReadIt() throws IOException {
        startAndEnd();
        for (int start = 1; start <= 2; start++) { // each says so
            try (LogRecords log = LogRecords.of("dev.nestmap.runtime");
                    WaitsLaterBpf bpf = loadLater()) {
                assertThat(log.messages())
                        .hasSize(2)
                        .allMatch(message -> message.contains("can't be read by this version"))
                        .anyMatch(message -> message.startsWith("1 map of " + fs.pin("site") + " with 1 entry")
                                && message.contains("wide.bytes was __u64 and is __u32")
                                && message.contains("nestmap drain " + fs.path("site")))
                        .anyMatch(message -> message.startsWith("1 map of " + fs.pin("limit") + " with 1 entry")
                                && message.contains("was __u64 and is __u32"));
                assertThat(bpf.site().waitingTickets()).isEmpty();
                assertThat(bpf.site().keptCount()).isEqualTo(1);
                assertThat(bpf.tenant().keptCount()).isZero();
                assertThat(bpf.site().keys()).containsExactly(1L);
                assertThat(bpf.limit()).isEmpty();
            }
        }
        try (WaitsLaterBpf bpf = loadLater()) {
            Objects.requireNonNull(bpf.site().get(1)).put(new WaitsLater.Wide(7, 5, 1));
            bpf.limit().put(new WaitsLater.Limit(4, 40));
        }
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime");
                WaitsBpf bpf = load()) { // the old jar
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .startsWith("1 map of " + fs.pin("limit") + " with 1 entry")
                    .contains("until an upgrade put another map in its place", "nestmap drain " + fs.path("limit"));
            long[] bytes = {0};
            assertThat(bpf.site().drainWaiting(displaced -> displaced.map().forEach(wide -> bytes[0] += wide.bytes())))
                    .isEqualTo(2);
            assertThat(bytes[0]).isEqualTo(75);
            assertThat(bpf.limit()).containsExactly(new Waits.Limit(4, 40));
        }
        assertThat(fs.content())
                .noneMatch(file -> file.startsWith("site-draining-"))
                .filteredOn(file -> file.matches("limit-draining-[0-9]+/0-[0-9]+"))
                .hasSize(1);
    }

    /** It is of another version, and one of its entries would be read as a constant that it never was. */
    @Test
    void aMapWithAnEntryWithoutAPlaceHoldsUpNoOther() throws IOException {
        try (WaitsBpf bpf = load()) {
            bpf.tenant().create(1).put(new Waits.Count(7, 70, Waits.State.OPEN));
            bpf.tenant().create(2).put(new Waits.Count(8, 80, Waits.State.NEW));
            try (RawMap raw =
                    Objects.requireNonNull(new KernelPins(pins).open(fs.pin("tenant-inner/1"), MapAccess.READ_WRITE))) {
                OffHeapBlock entry = OffHeapBlock.allocate(8 + raw.valueBytes());
                entry.bytes().putInt(0, 7);
                assertThat(raw.lookup(entry, 0, 8)).isZero();
                entry.bytes().putInt(16, 2); // a number that is no constant
                assertThat(raw.update(entry, 0, 8, 0)).isZero();
            }
        }
        try (WaitsLaterBpf bpf = loadLater();
                LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            List<Displaced<Long, WaitsLaterBpf.CountMap>> tickets = bpf.tenant().waitingTickets();
            assertThat(tickets)
                    .singleElement()
                    .satisfies(ticket -> assertThat(ticket.map())
                            .containsExactly(new WaitsLater.Count(8, 80, WaitsLater.State.NEW)));
            assertThat(log.only())
                    .contains(
                            "keeps its entries",
                            "was no constant of the old enum",
                            "nestmap drain " + fs.path("tenant"));
            tickets.forEach(Displaced::acknowledge);
            List<Long> drained = new ArrayList<>();
            bpf.tenant().drainAll(displaced -> drained.add(displaced.key()));
            assertThat(drained).doesNotContain(1L);
            assertThat(bpf.tenant().waitingCount()).isEqualTo(1);
            assertThat(bpf.tenant().keptCount()).isEqualTo(1);
        }
        try (WaitsBpf bpf = load()) {
            long[] entries = {0};
            bpf.tenant().drainWaiting(displaced -> entries[0] += displaced.map().count());
            assertThat(entries[0]).isEqualTo(1);
        }
    }

    @Test
    void theCommandSavesWhatWaits() throws IOException {
        startAndEnd();
        loadLater().close();
        Path file = directory.resolve("saved");

        String listed = ChildVm.output(new ChildVm().start(Main.class, "pins", fs.path("")));
        new ChildVm().run(Main.class, "drain", fs.path("site"), "--output", file);
        List<String> kept = fs.content().stream()
                .filter(name -> name.matches("limit-draining-[0-9]+/0-[0-9]+"))
                .toList();
        String printed = new ChildVm().run(Main.class, "drain", fs.path(""), "--output", file);

        assertThat(listed)
                .contains(
                        "1 displaced map waits, of another version",
                        fs.pin(kept.get(0)).getFileName().toString());
        assertThat(printed).contains(fs.pin(kept.get(0)) + ": saved 1 entry to " + file);
        assertThat(Files.readString(file)).contains("\"bytes\":70", "{\"key\":3,\"value\":30}");
        assertThat(fs.content()).noneMatch(name -> name.matches("(site|limit)-draining-.*"));
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            loadLater().close();
            assertThat(log.messages()).isEmpty();
        }
    }

    /** As it asks for one map by its pin, and after a kill between the line and the removal. */
    @Test
    void theCommandSavesAPlainMapThatWaitsOnce() throws IOException {
        startAndEnd();
        loadLater().close();
        Path file = directory.resolve("saved");
        String kept = fs.content().stream()
                .filter(name -> name.matches("limit-draining-[0-9]+/0-[0-9]+"))
                .findFirst()
                .orElseThrow();
        Path group = Objects.requireNonNull(fs.pin(kept).getParent());
        Path linked = Files.createLink(fs.path("linked"), fs.pin(kept));
        Path linkedText = Files.createLink(fs.path("linkedText"), group.resolve("schema"));
        new ChildVm().run(Main.class, "drain", fs.path("limit"), "--output", file);
        String before = Files.readString(file);
        assertThat(group).doesNotExist();
        Files.createDirectory(group);
        Files.move(linked, fs.pin(kept));
        Files.move(linkedText, group.resolve("schema"));

        String printed = new ChildVm().run(Main.class, "drain", fs.path("limit"), "--output", file);

        assertThat(before).contains("{\"key\":3,\"value\":30}");
        assertThat(printed).contains(fs.pin(kept) + ": was in " + file + " already");
        assertThat(Files.readString(file)).isEqualTo(before);
        assertThat(group).doesNotExist();
    }

    /** Its content can't be saved, and no drain passes it. Without advice, it would wait for good. */
    @Test
    void theCommandSaysHowToRemoveARingBufferThatWaits() throws IOException {
        startAndEnd();
        loadLater().close();
        String kept = fs.content().stream()
                .filter(name -> name.matches("limit-draining-[0-9]+/0-[0-9]+"))
                .findFirst()
                .orElseThrow();
        Files.delete(fs.pin(kept));
        MapDef ring = new MapDef("ring", MapRole.PLAIN, MapKind.RINGBUF, 1 << 16, 0, null, Scalar.U64, null);
        try (RawMap map = new KernelMapFactory().create(MapShape.of(ring), null)) {
            new KernelPins(pins).pin(map, fs.pin(kept), pins);
        }

        String printed = ChildVm.output(
                new ChildVm().start(Main.class, "drain", fs.path("limit"), "--output", directory.resolve("saved")));

        assertThat(printed)
                .contains("the content of a RINGBUF can't be saved")
                .contains("rm -r " + fs.pin(kept).getParent());
        assertThat(fs.content()).contains(kept);
    }

    /** No slot had it. As counts of key 0, a store would add them to those of the inner map at this key. */
    @ParameterizedTest
    @ValueSource(strings = {"drain", "end"})
    void aPlainMapBesideAnOuterMapIsSavedAsAPlainMap(String command) throws IOException {
        startAndEnd();
        try (WaitsNestedBpf bpf = WaitsNestedBpf.open(BpfObjects.of("waits", "-DNESTED"))
                .pins(pins)
                .load()) {
            bpf.limit().create(0).put(new WaitsNested.Most(5, 50));
            assertThat(bpf.limit().drainWaiting(displaced -> {})).isZero();
        }
        Path file = directory.resolve("saved");
        List<Object> arguments = new ArrayList<>(List.of(command, fs.path("limit"), "--output", file));
        if (command.equals("end")) {
            arguments.add("--yes");
        }

        new ChildVm().run(Main.class, arguments.toArray());

        assertThat(Files.readAllLines(file))
                .hasSize(2)
                .anyMatch(line -> line.contains("\"holds\":\"counts\"") && line.contains("{\"key\":5,\"value\":50}"))
                .anyMatch(line -> line.contains("\"holds\":\"map\"") && line.contains("{\"key\":3,\"value\":30}"));
        assertThat(fs.content()).noneMatch(name -> name.startsWith("limit-draining-"));
    }

    /** The version before had counts in an outer map. The import of its program needs their keys, and the identity that its drain would have. */
    @ParameterizedTest
    @ValueSource(strings = {"drain", "end"})
    void anInnerMapBesideAPlainMapIsSavedAsCounts(String command) throws IOException {
        MapIdentity identity;
        try (WaitsNestedBpf bpf = WaitsNestedBpf.open(BpfObjects.of("waits", "-DNESTED"))
                .pins(pins)
                .load()) {
            bpf.limit().create(6).put(new WaitsNested.Most(5, 50));
            try (Displaced<Long, WaitsNestedBpf.MostMap> displaced =
                    Objects.requireNonNull(bpf.limit().rotate(6))) {
                identity = displaced.identity();
            }
            bpf.limit().getOrCreate(6).put(new WaitsNested.Most(7, 70));
        }
        load().close();
        Path file = directory.resolve("saved");
        List<Object> arguments = new ArrayList<>(List.of(command, fs.path("limit"), "--output", file));
        if (command.equals("end")) {
            arguments.add("--yes");
        }

        String printed = ChildVm.output(new ChildVm().start(Main.class, arguments.toArray()));

        assertThat(printed).contains("saved 1 entry", "as counts of the outer map limit", "Only another version has");
        String start =
                "\"pin\":\"" + fs.pin("limit") + "\",\"map\":\"limit\",\"holds\":\"counts\",\"format\":1,\"key\":6,";
        assertThat(Files.readAllLines(file))
                .hasSize(2)
                .allMatch(line -> line.contains(start))
                .anyMatch(line -> line.contains(identity.text()) && line.contains("{\"key\":5,\"value\":50}"))
                .anyMatch(line -> line.contains("{\"key\":7,\"value\":70}"));
        assertThat(fs.content()).noneMatch(name -> name.startsWith("limit-draining-"));
    }

    /** Otherwise the health would be degraded for nothing until somebody runs a command. */
    @Test
    void anEmptyPlainMapDoesNotWait() throws IOException {
        load().close();
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime");
                WaitsLaterBpf bpf = loadLater()) {
            assertThat(log.messages()).isEmpty();
            assertThat(bpf.keptCounts()).isEmpty();
        }
        assertThat(fs.content()).noneMatch(name -> name.startsWith("limit-draining-"));
    }

    @Test
    void aGroupWhoseMapsSomebodyHasRemovedGoes() throws IOException {
        startAndEnd();
        loadLater().close();
        for (String map : fs.content()) {
            if (map.matches("(limit|site)-draining-[0-9]+/[01]-[0-9]+")) {
                Files.delete(fs.pin(map));
            }
        }

        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            loadLater().close();
            assertThat(log.messages()).isEmpty();
        }
        assertThat(fs.content()).noneMatch(name -> name.matches("(limit|site)-draining-[0-9]+.*"));
    }

    /** The programs are attached by then. */
    @Test
    void aTextThatCanNotBeReadFailsNoLoad() throws IOException {
        startAndEnd();
        loadLater().close();
        for (String text : fs.content()) {
            if (text.matches("(limit|site)-draining-[0-9]+/schema")) {
                Files.delete(fs.pin(text));
                Files.createDirectory(fs.pin(text));
            }
        }

        try (LogRecords log = LogRecords.of("dev.nestmap.runtime");
                WaitsLaterBpf bpf = loadLater()) {
            assertThat(log.messages()).isNotEmpty().allMatch(message -> message.contains("-draining-"));
            assertThat(bpf.site().waitingTickets()).isEmpty();
        }
    }

    /** A plain map that waits has no outer map whose drain would pass it. */
    @Test
    void theEndOfAServiceSavesAndRemovesThem() throws IOException {
        startAndEnd();
        loadLater().close();
        Path file = directory.resolve("saved");

        String printed = ChildVm.output(new ChildVm().start(Main.class, "end", fs.path(""), "--yes", "--output", file));

        assertThat(printed)
                .containsPattern("limit-draining-[0-9]+/0-[0-9]+: saved 1 entry")
                .contains("all pins are removed");
        assertThat(Files.readString(file)).contains("\"bytes\":70", "{\"key\":3,\"value\":30}");
        assertThat(fs.content()).isEmpty();
    }

    @Test
    void aUnitTestFindsThem() throws IOException {
        Path before = Files.writeString(directory.resolve("before.schema"), BpfObjects.schema("waits"));

        PlannedUpgrade upgrade = WaitsLaterBpf.plan(before);

        assertThat(upgrade.waiting())
                .hasSize(2)
                .anyMatch(map -> map.contains("site changes, and its entries don't convert"))
                .anyMatch(map -> map.contains("limit changes"));
        assertBpfException(upgrade::requireNothingWaits, "wide.bytes was __u64 and is __u32");
        assertThat(upgrade.back().waiting()).singleElement().asString().contains("STATE_FIRST");
        assertBpfException(
                upgrade.back()::requireNothingWaits, "way back to the version of the text", "-Dnestmap.update");
        assertThat(upgrade).asString().contains("tenant changes, and the drains then pass the old entries");
        assertBpfException(() -> WaitsLaterBpf.plan(directory.resolve("none")), "can't be read");
        assertBpfException(() -> UpgradedBpf.plan(before), "is of the object waits, and a load of upgraded refuses");
    }

    /** A wrong jar in the right directory. */
    @Test
    void aMapOfAnotherObjectIsRefused() throws IOException {
        startAndEnd();
        List<String> before = fs.content();

        assertBpfException(
                () -> UpgradedBpf.open(BpfObjects.of("upgraded")).pins(pins).load(),
                "It is of the object waits",
                "write was = \"waits\" in its @BpfObject");

        assertThat(fs.content()).isEqualTo(before);
    }
}
