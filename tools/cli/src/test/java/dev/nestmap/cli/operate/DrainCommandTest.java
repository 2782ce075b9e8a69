/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.operate;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.CommandRun;
import dev.nestmap.cli.operate.Others.Cell;
import dev.nestmap.cli.operate.Others.Share;
import dev.nestmap.cli.operate.Pinned.Flow;
import dev.nestmap.cli.operate.Pinned.Site;
import dev.nestmap.cli.operate.PinnedBpf.FlowMap;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.KernelClock;
import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.attach.Cgroup;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import dev.nestmap.schema.MapKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command {@code drain} saves each waiting map of a service once, and {@code pins} says what waits. */
@KernelTest
class DrainCommandTest extends CommandTest {
    private String saved() throws IOException {
        return Files.readString(file)
                .replaceAll("/[0-9a-f-]{36}/[0-9]+/[^\"]+", "/ID")
                .replaceAll("\"20[^\"]+Z\"", "\"TIME\"")
                .replaceAll("\"clocks\":\\{\"wall\":\"TIME\",\"monotonic\":[0-9]+,\"boot\":[0-9]+}", "CLOCKS");
    }

    /** An older command must not say that there is nothing. */
    @Test
    void namesTheFormatThatItDoesNotKnow() throws IOException {
        count();
        Files.createDirectory(fs.path("acme/format-2"));

        assertThat(drain(fs.path("acme")).err(3)).contains("have format 2");
        assertThat(drain(fs.pin("acme/customer")).err(3)).contains("have format 2");
    }

    @Test
    void savesWaitingMapsAndSlotsOnce() throws IOException {
        MapIdentity waiting;
        try (PinnedBpf bpf = load()) {
            bpf.customer().create(42).put(new Flow(80, 1, 2));
            bpf.customer().create(43);
            bpf.site().create(new Site(42, 2)).put(new Flow(443, 5, 6));
            try (Displaced<Long, ?> ticket =
                    Objects.requireNonNull(bpf.customer().rotate(42))) {
                waiting = ticket.identity();
            }
            Objects.requireNonNull(bpf.customer().get(42)).put(new Flow(81, 3, 4));
        }

        String printed = drain(fs.path("acme")).out(0);

        Path total = fs.path("acme/now/total");
        assertThat(printed)
                .isEqualTo(fs.pin("acme/customer") + ": saved 2 maps with 2 entries to " + file + "\n"
                        + fs.pin("acme/site") + ": saved 1 map with 1 entry to " + file + "\n"
                        + "→ before the service starts again, add each line to its database, unless its identity is there already."
                        + " Store the identity in the same transaction\n"
                        + total
                        + ": not saved, because it is a plain map. A reboot loses its entries. To keep them, save what nestmap tree "
                        + total
                        + " --json prints\n");
        String machine = waiting.machine();
        assertThat(Files.readString(file)).startsWith("{\"identity\":\"" + waiting.text() + "\",");
        assertThat(saved().lines())
                .containsExactly(
                        line(machine, "customer", "42", "{\"key\":80,\"value\":{\"packets\":1,\"bytes\":2}}"),
                        line(machine, "customer", "42", "{\"key\":81,\"value\":{\"packets\":3,\"bytes\":4}}"),
                        line(
                                machine,
                                "site",
                                "{\"customer\":42,\"number\":2}",
                                "{\"key\":443,\"value\":{\"packets\":5,\"bytes\":6}}"));

        String before = Files.readString(file);
        assertThat(drain(fs.pin("acme/customer")).out(0)).contains("saved 0 maps");
        assertThat(Files.readString(file)).isEqualTo(before);
        try (PinnedBpf bpf = load()) {
            assertThat(bpf.customer().keys()).containsExactlyInAnyOrder(42L, 43L);
            assertThat(bpf.customer().drainAll(map -> {})).isZero();
            Objects.requireNonNull(bpf.customer().get(42)).put(new Flow(82, 7, 8));
            assertThat(bpf.customer().get(42, 82)).isEqualTo(new Flow(82, 7, 8));
        }
        assertThat(fs.content()).contains("acme/customer-inner/42", "acme/customer-inner/43");
    }

    private String line(String machine, String map, String key, String entry) {
        return "{\"identity\":\"" + machine + "/ID\",\"pin\":\"" + fs.pin("acme/" + map) + "\",\"map\":\"" + map
                + "\",\"holds\":\"counts\",\"format\":1,\"key\":" + key + ",\"displaced\":\"TIME\",CLOCKS,\"entries\":["
                + entry
                + "],\"refused\":0,\"exact\":true,\"doubts\":[]}";
    }

    /** On a machine that was never suspended, the clocks differ in their resolution only. */
    @Test
    void savesWhatTheClocksShow() throws IOException {
        count();
        Instant wall = Instant.now();
        Duration monotonic = KernelClock.MONOTONIC.now();
        Duration boot = KernelClock.BOOT.now();

        drain(fs.path("acme")).out(0);

        Matcher saved = Pattern.compile("\"clocks\":\\{\"wall\":\"(.+Z)\",\"monotonic\":(\\d+),\"boot\":(\\d+)}")
                .matcher(Files.readString(file));
        assertThat(saved.find()).isTrue();
        assertThat(Instant.parse(saved.group(1))).isBetween(wall, Instant.now());
        assertThat(Duration.ofNanos(Long.parseLong(saved.group(2))))
                .isBetween(monotonic, KernelClock.MONOTONIC.now())
                .matches(time -> time.toNanos() % 10_000_000 > 0);
        assertThat(Duration.ofNanos(Long.parseLong(saved.group(3))))
                .isBetween(boot, KernelClock.BOOT.now())
                .matches(time -> time.toNanos() % 10_000_000 == 0);
    }

    @Test
    void savesTheValueOfEachCpu() throws IOException {
        String values;
        try (OthersBpf.SpreadMap.Owned spread = OthersBpf.SPREAD_MAP.create(fs.path("acme/spread"))) {
            OthersBpf.ShareMap shares = spread.create(42);
            shares.put(IntStream.range(0, shares.cpus())
                    .mapToObj(cpu -> new Share(7, 100 + cpu))
                    .toList());
            values = IntStream.range(0, shares.cpus())
                    .mapToObj(cpu -> String.valueOf(100 + cpu))
                    .collect(Collectors.joining(","));
        }
        drain(fs.path("acme/spread")).out(0);

        assertThat(file).content().contains("\"entries\":[{\"key\":7,\"values\":[" + values + "]}]");
    }

    /** A script that looks for waiting maps before a reboot must not miss it. */
    @Test
    void theExitCodeOfPinsShowsAReportThatNobodyHasStored() throws IOException {
        try (ReportingBpf bpf =
                ReportingBpf.open(object("reporting")).pins(pins).load()) {
            bpf.program("miss").testRun(new byte[16]);
            OnDemandServer<Long> server = bpf.guest().serveRequests(report -> {
                throw new IOException("the database is away");
            });
            server.close();
        }
        CommandRun pins = CommandRun.of("pins", fs.path("acme"));
        pins.err(1);
        assertThat(pins.out()).contains("1 report that nobody has stored");
        CommandRun.of("pins", fs.path("acme"), "--older-than", "2h").out(0);

        Path requests = fs.pin("acme/guest-requests");
        Files.move(requests, fs.path("moved")); // somebody removes it
        assertThat(drain(fs.path("acme")).err(1)).contains(fs.pin("acme/guest-requests-draining") + ".");
        Files.move(fs.path("moved"), requests);

        drain(fs.path("acme/guest")).out(0);
        CommandRun.of("pins", fs.path("acme")).out(0);
    }

    @Test
    void anotherNameOfTheMachineIsAPartOfTheIdentities() throws IOException {
        count();
        CommandRun.of("drain", fs.pin("acme/customer"), "-o", file, "--machine", "node-18")
                .out(0);
        assertThat(Files.readString(file)).startsWith("{\"identity\":\"node-18/");
    }

    /** Two people repeat a killed command with different names, and the file has the map once. */
    @Test
    void aRepeatedDrainKnowsItsMapsUnderAnotherName() throws IOException {
        try (PinnedBpf bpf = load()) {
            bpf.customer().create(42).put(new Flow(80, 1, 2));
            Objects.requireNonNull(bpf.customer().rotate(42)).close();
        }
        KernelPins kernel = new KernelPins();
        Path pin = kernel.list(fs.pin("acme/customer-draining")).get(0);
        Instant displaced = kernel.time(pin);
        try (RawMap map = Objects.requireNonNull(kernel.open(pin, MapAccess.READ_WRITE))) {
            CommandRun.of("drain", fs.pin("acme/customer"), "-o", file, "--machine", "node-18")
                    .out(0);
            kernel.pin(map, pin, pins); // as if the command had been killed before it removed the pin
            kernel.setTime(pin, displaced);
        }
        String before = Files.readString(file);

        assertThat(drain(fs.pin("acme/customer")).out(0)).contains("saved 0 maps", "1 map was in the file already");
        assertThat(file).content().isEqualTo(before);
        assertThat(kernel.list(fs.pin("acme/customer-draining"))).isEmpty();
    }

    /** The text beside a map says what its bytes mean, also if the service reads the same bytes in another way by now. */
    @Test
    void savesMapsOfAnotherVersionUnderTheirText() throws IOException {
        try (PinnedBpf bpf = load()) {
            bpf.customer().create(42).put(new Flow(80, 1, 2));
            Objects.requireNonNull(bpf.customer().rotate(42)).close();
        }
        KernelPins kernel = new KernelPins();
        Path group = fs.pin("acme/customer-draining-4711");
        Path waiting = kernel.list(fs.pin("acme/customer-draining")).get(0);
        String text = Objects.requireNonNull(kernel.read(fs.pin("acme/customer-schema")))
                .replaceFirst("id [0-9]+", "id 4711")
                .replace("packets", "octets");
        kernel.write(group.resolve("schema"), text, pins);
        kernel.move(waiting, group.resolve(waiting.getFileName()));
        String name = "customer-draining-4711/" + waiting.getFileName();
        assertThat(fs.content()).contains("acme/" + name);

        assertThat(CommandRun.of("pins", fs.path("acme")).out(1))
                .contains("1 displaced map waits, of another version, to be drained:")
                .doesNotContain("draining-4711/schema");
        assertThat(CommandRun.of("tree", group.resolve(waiting.getFileName())).out(0))
                .contains("octets");
        try (PinnedBpf bpf = load()) { // has no migration from that version
            assertThat(bpf.customer().drainAll(map -> {})).isZero();
            assertThat(bpf.customer().waiting()).hasSize(1);
        }
        assertThat(drain(fs.path("acme")).out(0)).contains("saved 1 map with 1 entry");

        assertThat(Files.readString(file)).contains("{\"key\":80,\"value\":{\"octets\":1,\"bytes\":2}}");
        assertThat(fs.content()).noneMatch(pin -> pin.contains("-draining-"));
    }

    /** A map in slots of two outer maps, and displaced from both. */
    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void savesNoMapThatTwoOuterMapsHold(int displaced) throws IOException {
        int id;
        try (PinnedBpf bpf = load()) {
            FlowMap flows = bpf.customer().create(42);
            flows.put(new Flow(80, 1, 2));
            id = flows.id();
            put(bpf, flows);
            if (displaced > 0) {
                bpf.customer().expert().unchecked().rotateAll(List.of(42L)).forEach(Displaced::close);
            }
            if (displaced > 1) {
                bpf.site()
                        .expert()
                        .unchecked()
                        .rotateAll(List.of(new Site(42, 2)))
                        .forEach(Displaced::close);
            }
        }
        List<String> before = fs.content();
        for (String target :
                displaced > 1 ? new String[] {"acme"} : new String[] {"acme", "acme/customer", "acme/site"}) {
            for (CommandRun command : List.of(drain(fs.path(target)), end(fs.path(target), "--other-programs"))) {
                assertThat(command.err(3))
                        .contains("inner map " + id + " is in ", "nothing was changed")
                        .contains(target.equals("acme/site") ? "site" : "customer");
            }
        }
        assertThat(file).isEmptyFile();
        // The owner of the slots locks a directory, which stays.
        assertThat(fs.content())
                .filteredOn(pin -> !pin.endsWith("-draining") || before.contains(pin))
                .isEqualTo(before);

        try (PinnedBpf bpf = load()) {
            bpf.site().discard(new Site(42, 2));
            bpf.site().drainWaiting(map -> {});
        }
        assertThat(drain(fs.path("acme")).out(0)).contains("customer: saved 1 map with 1 entry");
        assertThat(saved().lines()).hasSize(1);
    }

    /** The command takes maps out in groups of 64. The kernel rejects the first change of the first two groups, also alone. */
    @Test
    void namesTheFailuresOfAllGroups() throws IOException {
        Path pin = fs.path("cells");
        AtomicInteger batches = new AtomicInteger();
        AtomicInteger updates = new AtomicInteger();
        try (OthersBpf.CellsByMap.Owned cells = OthersBpf.CELLS_BY_MAP.create()) {
            cells.createAll(LongStream.range(0, 130).boxed().toList(), (id, map) -> map.put(new Cell(0, 1)));
            try (RawMap raw = Objects.requireNonNull(new KernelMapFactory().open(cells.id()))) {
                new KernelPins().pin(raw, pin, pins);
            }
            WatchedThread.watch(
                    call -> (call == SystemCall.MAP_UPDATE_BATCH && batches.incrementAndGet() % 2 == 1)
                                    || (call == SystemCall.MAP_UPDATE_ELEM && updates.incrementAndGet() <= 2)
                            ? Errno.EBUSY
                            : null,
                    () -> {
                        CommandRun command = drain(pin);
                        assertThat(command.err(3)).contains("2 of 130 keys of " + pin + " failed, and all other maps");
                        assertThat(command.out()).contains("saved 128 maps");
                    });
        }
    }

    /** The kernel refuses to show the second of three maps that wait, or that are in slots, for a moment. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void savesTheOtherMapsIfOneCantBeRead(boolean wait) throws IOException {
        try (PinnedBpf bpf = load()) {
            for (long customer = 42; customer < 45; customer++) {
                bpf.customer().create(customer).put(new Flow(80, 1, 2));
            }
            bpf.site().create(new Site(42, 2)).put(new Flow(443, 5, 6));
            if (wait) {
                bpf.customer().rotateAll(List.of(42L, 43L, 44L)).forEach(Displaced::close);
            }
        }
        AtomicInteger events = new AtomicInteger();
        // Two writes to the disk open the file, and the third is for the first waiting map.
        SystemCall event = wait ? SystemCall.FSYNC : SystemCall.MAP_UPDATE_BATCH;
        AtomicInteger reads = new AtomicInteger();
        WatchedThread.watch(
                call -> {
                    if (call == event) {
                        events.incrementAndGet();
                    }
                    return call == SystemCall.MAP_LOOKUP_BATCH
                                    && events.get() >= (wait ? 3 : 1)
                                    && reads.incrementAndGet() == (wait ? 1 : 2)
                            ? Errno.EPERM
                            : null;
                },
                () -> {
                    CommandRun command = drain(fs.path("acme"));
                    assertThat(command.err(3))
                            .containsPattern("1 of 3 keys of " + fs.pin("acme/customer") + " failed.* key 4[234]: ")
                            .contains("EPERM");
                    assertThat(command.out())
                            .contains("customer: saved 2 maps", "site: saved 1 map", "before the service starts");
                });
        assertThat(saved().lines()).hasSize(3);
        assertThat(drain(fs.path("acme")).out(0)).contains("customer: saved 1 map with 1 entry", "site: saved 0 maps");
        assertThat(saved().lines().distinct()).hasSize(4);
    }

    /** The kernel refuses to show the slots of the first outer map, after its waiting map was saved. */
    @Test
    void savesTheOtherOuterMapIfOneCantBeRead() throws IOException {
        try (PinnedBpf bpf = load()) {
            bpf.customer().create(42).put(new Flow(80, 1, 2));
            Objects.requireNonNull(bpf.customer().rotate(42)).close();
            Objects.requireNonNull(bpf.customer().get(42)).put(new Flow(81, 3, 4));
            bpf.site().create(new Site(42, 2)).put(new Flow(443, 5, 6));
        }
        AtomicInteger syncs = new AtomicInteger();
        AtomicInteger removals = new AtomicInteger();
        AtomicInteger reads = new AtomicInteger();
        WatchedThread.watch(
                call -> {
                    if (call == SystemCall.FSYNC) {
                        syncs.incrementAndGet();
                    } else if (call == SystemCall.UNLINK && syncs.get() == 3) {
                        removals.incrementAndGet();
                    }
                    boolean isRead = call == SystemCall.MAP_LOOKUP_BATCH || call == SystemCall.MAP_GET_NEXT_KEY;
                    return isRead && removals.get() > 0 && reads.incrementAndGet() == 1 ? Errno.EPERM : null;
                },
                () -> {
                    CommandRun command = drain(fs.path("acme"));
                    assertThat(command.err(3)).contains("not all maps of " + fs.pin("acme/customer"), "EPERM");
                    assertThat(command.out()).contains("customer: saved 1 map", "site: saved 1 map");
                });
        assertThat(drain(fs.path("acme")).out(0)).contains("customer: saved 1 map with 1 entry", "site: saved 0 maps");
    }

    @Test
    void endsAtOnceIfTheFileCantBeWritten() throws IOException {
        try (PinnedBpf bpf = load()) {
            for (long customer = 42; customer < 45; customer++) {
                bpf.customer().create(customer).put(new Flow(80, 1, 2));
            }
            bpf.customer().rotateAll(List.of(42L, 43L, 44L)).forEach(Displaced::close);
            bpf.site().create(new Site(42, 2)).put(new Flow(443, 5, 6));
        }
        AtomicInteger syncs = new AtomicInteger();
        WatchedThread.watch(call -> call == SystemCall.FSYNC && syncs.incrementAndGet() > 2 ? Errno.EIO : null, () -> {
            CommandRun command = drain(fs.path("acme"));
            assertThat(command.err(3)).contains("the file " + file + " can't be written");
            assertThat(command.out()).contains("customer: saved 0 maps").doesNotContain("site");
        });
        assertThat(syncs).hasValue(3);
        assertThat(file).isEmptyFile();
        assertThat(drain(fs.path("acme")).out(0)).contains("customer: saved 3 maps", "site: saved 1 map");
    }

    /** Somebody removed the pin of the outer map, and an old program still keeps it alive. The text of the new one says what its keys are. */
    @Test
    void savesMapsThatAnOuterMapWithoutPinHolds() throws IOException {
        try (PinnedBpf old = load()) {
            old.customer().create(42).put(new Flow(80, 1, 2));
            Files.delete(fs.pin("acme/customer"));
            endOwner("acme/customer"); // the next one is another process
            load().close();
            assertThat(drain(fs.path("acme")).out(0)).contains("saved 1 map with 1 entry");
        }
        assertThat(Files.readString(file)).contains("\"key\":42", "\"exact\":false");
        try (PinnedBpf started = load()) {
            assertThat(started.customer().waitingTickets()).isEmpty();
        }
    }

    /** Programs read them as long as they are in slots. They can't write to them, so no count would be saved twice. */
    @Test
    void settingsStayInTheirSlotsUntilTheEnd() throws IOException {
        try (var plan = OthersBpf.PLAN_MAP.create(fs.pin("acme/plan"));
                var trial = OthersBpf.PLAN_MAP.create(fs.pin("acme/trial"))) {
            plan.create(1).put(new Others.Limit(80, 5));
            assertThat(trial.share(2, Objects.requireNonNull(plan.get(1)))).isFalse();
            plan.create(3).put(new Others.Limit(81, 6));
            Objects.requireNonNull(plan.rotate(3)).close(); // waits
        }
        assertThat(CommandRun.of("pins", fs.path("acme")).out(1))
                .contains("a reboot loses 1 entry in slots\n")
                .contains("1 displaced map waits");

        assertThat(drain(fs.path("acme")).out(0))
                .contains("plan: saved 1 map with 1 entry to " + file + "; the settings in its slots stay there")
                .contains("trial: saved 0 maps with 0 entries");

        assertThat(Files.readString(file))
                .contains("\"holds\":\"map\"", "{\"key\":81,\"value\":6}")
                .doesNotContain("\"value\":5");
        try (var plan = OthersBpf.PLAN_MAP.openPinned(fs.pin("acme/plan"))) {
            assertThat(Objects.requireNonNull(plan.get(1))).containsExactly(new Others.Limit(80, 5));
        }
        assertThat(end(fs.path("acme"), "--other-programs").out(0))
                .contains("plan: saved 1 map with 1 entry", "trial: saved 1 map with 1 entry");
        assertThat(Files.readString(file)).contains("\"value\":5");
    }

    /** What other software may do: Nestmap puts no map in which programs count into a second slot. */
    private static void put(PinnedBpf bpf, FlowMap flows) {
        RawSlots.put(
                bpf.site().id(), bpf.site().expert().keyToBytes(new Site(42, 2)).toBytes(), flows.id());
    }

    /** Outer maps of other services may share an inner map with each other. */
    @Test
    void drainsBesideOthersThatShareAnInnerMap() {
        count();
        PinOptions elsewhere = PinOptions.in(fs.path("others"));
        try (PinnedBpf others = PinnedBpf.open(object("pinned")).pins(elsewhere).load()) {
            put(others, others.customer().create(42));
            assertThat(drain(fs.path("acme")).out(0)).contains("customer: saved 1 map with 1 entry");
        }
    }

    @Test
    void changesNothingWhileAProcessOwnsTheSlots() {
        try (PinnedBpf bpf = load()) {
            bpf.customer().create(42).put(new Flow(80, 1, 2));
            Objects.requireNonNull(bpf.customer().rotate(42)).close(); // from now on, this process is the owner

            assertThat(drain(fs.pin("acme/customer")).err(3))
                    .contains(
                            "process " + ProcessHandle.current().pid() + " (",
                            "owns the pins beside " + fs.pin("acme/customer"),
                            "nothing was changed");
            assertThat(file).isEmptyFile();
            assertThat(bpf.customer().drainAll(map -> {})).isEqualTo(1);
        }
    }

    /** The last of three outer maps can't be drained, for each of the reasons that are known before. */
    @ParameterizedTest
    @ValueSource(strings = {"an owner", "ring buffers", "timers"})
    void changesNothingIfOneOfSeveralCantBeDrained(String why) throws Exception {
        try (PinnedBpf bpf = load()) {
            bpf.customer().create(42).put(new Flow(80, 1, 2));
            Objects.requireNonNull(bpf.customer().rotate(42)).close();
            bpf.site().create(new Site(42, 2)).put(new Flow(443, 5, 6));
        }
        Path last = fs.pin("acme/zone");
        try (AutoCloseable reason = obstacle(why, last)) {
            if (!why.equals("an owner")) {
                endOwner("acme/zone");
            }
            List<String> before = fs.content();
            for (CommandRun command : List.of(
                    CommandRun.of("drain", last, fs.path("acme"), fs.pin("acme/site"), "-o", file),
                    end(fs.path("acme"), "--other-programs"))) {
                assertThat(command.err(3))
                        .as("%s", reason)
                        .contains(fs.path("acme").toString()) // an owner has all pins there
                        .contains(why.equals("an owner") ? "" : "; to drain the others, name their pins")
                        .doesNotContain(": saved ");
            }
            assertThat(file).isEmptyFile();
            assertThat(fs.content())
                    .filteredOn(pin -> !pin.endsWith("-draining") || before.contains(pin))
                    .isEqualTo(before);
        }
        try (PinnedBpf bpf = load()) { // which owned the slots for a moment only
            assertThat(bpf.customer().drainAll(map -> {})).isEqualTo(1);
            assertThat(bpf.site().drainAll(map -> {})).isEqualTo(1);
        }
    }

    /** No count is lost: the slots are empty. */
    @Test
    void endsAnOuterMapWithTimersWhoseSlotsAreEmpty() throws Exception {
        Path pin = fs.pin("acme/session");
        OthersBpf.SESSION_BY_MAP.create(pin).close();

        drain(pin).out(0);
        end(pin, "--other-programs").out(0);
        assertThat(fs.content()).doesNotContain("acme/session");
    }

    /** The remedy of the page about the command. */
    @Test
    void pinsAdvisesNoDrainOfRingBuffers() throws Exception {
        Path pin = fs.pin("acme/zone");
        try (OthersBpf.EventsByMap.Owned rings = OthersBpf.EVENTS_BY_MAP.create(pin)) {
            rings.create(1);
            Objects.requireNonNull(rings.rotate(1)).close();
        }
        endOwner("acme/zone");

        drain(pin).err(3);
        assertThat(CommandRun.of("pins", fs.path("acme")).out())
                .contains("  a reboot loses all in slots\n", "  1 displaced map waits")
                .doesNotContain("nestmap drain");
        end(fs.path("acme")).err(3);
        String beside = Stream.of("", "-schema", "-inner", "-draining", "-uncounted")
                .map(end -> " " + pin + end)
                .collect(Collectors.joining());
        assertThat(new ProcessBuilder("sh", "-c", "rm -rf " + fs.path("acme/zone") + beside)
                        .start()
                        .waitFor())
                .isZero();
        count();
        end(fs.path("acme"), "--other-programs").out(0);
        assertThat(fs.content()).isEmpty();
    }

    private static AutoCloseable obstacle(String why, Path pin) {
        return switch (why) {
            case "timers" -> {
                var timed = OthersBpf.SESSION_BY_MAP.create(pin);
                timed.create(1);
                yield timed;
            }
            case "ring buffers" -> {
                var rings = OthersBpf.EVENTS_BY_MAP.create(pin);
                rings.create(1);
                yield rings;
            }
            default -> {
                var owned = PinnedBpf.CUSTOMER_MAP.create(pin);
                owned.create(1);
                Objects.requireNonNull(owned.rotate(1)).close();
                yield owned;
            }
        };
    }

    private Process owner() throws IOException {
        load().close();
        return lock(Files.createDirectories(fs.path("acme/owner")));
    }

    /** With the id of the container, {@code crictl} and {@code docker} tell the pod. */
    @Test
    void namesTheContainerOfAnOwner() throws Exception {
        Process owner = owner();
        String id = "0123456789abcdef".repeat(4);
        Path group = Files.createDirectory(Cgroup.root().directory().resolve("cri-containerd-" + id + ".scope"));
        try {
            Files.writeString(group.resolve("cgroup.procs"), String.valueOf(owner.pid()));

            assertThat(CommandRun.of("pins", fs.path("acme")).out(0))
                    .contains("owner: process %d (%s, container 0123456789ab), started"
                            .formatted(owner.pid(), owner.info().command().orElseThrow()));
            assertThat(CommandRun.of("pins", fs.path("acme"), "--json").out(0))
                    .contains("\"container\":\"" + id + "\"");
        } finally {
            owner.destroyForcibly().waitFor();
            Files.delete(group);
        }
    }

    @Test
    void namesAnOwnerThatIsStopped() throws Exception {
        Process owner = owner();
        try {
            assertThat(CommandRun.of("pins", fs.path("acme")).out(0))
                    .contains("owner: process " + owner.pid())
                    .doesNotContain("stopped");
            ChildVm.stop(owner);

            String named = "process %1$d (%2$s, stopped: kill -CONT %1$d continues it)"
                    .formatted(owner.pid(), owner.info().command().orElseThrow());
            assertThat(CommandRun.of("pins", fs.path("acme")).out(0)).contains("owner: " + named);
            assertThat(drain(fs.path("acme")).err(3))
                    .contains(named + " owns the pins beside " + fs.pin("acme/customer"));
        } finally {
            owner.destroyForcibly().waitFor();
        }
    }

    /** The ownership and the displaced maps are beside the pin of the service, so each command would save the same maps again. */
    @Test
    void aSecondPinOfAnOuterMapIsNotDrained() throws IOException {
        Path pin = fs.pin("acme/customer");
        Path second = fs.path("backup");
        try (PinnedBpf bpf = load()) {
            bpf.customer().create(42).put(new Flow(80, 1, 2));
            RawMap map = Objects.requireNonNull(
                    new KernelMapFactory().open(bpf.customer().id()));
            new KernelPins().pin(map, second, PinOptions.defaults());
            map.close();
        }
        List<String> before = fs.content();
        String problem = "the outer map at " + second + " (id ";

        assertThat(drain(second).err(3)).contains(problem, "another pin of it, called customer", "name that pin");
        assertThat(drain(fs.path("")).err(3)).contains(problem);
        assertThat(end(second).err(3)).contains(problem);
        assertThat(fs.content()).isEqualTo(before);
        assertThat(file).isEmptyFile();

        drain(pin).out(0);
        assertThat(Files.readAllLines(file)).hasSize(1);
        Files.delete(pin.resolveSibling("customer-schema")); // as if no service had pinned the map
        drain(second).out(0);
        assertThat(Files.readAllLines(file)).hasSize(1);
    }

    /** By root, or by anybody who may read the pins. Their text is pinned again, too, or is a copy that names the other directory. */
    @ParameterizedTest
    @CsvSource({"other/now/customer, false", "acme/now/other, false", "other/now/customer, true"})
    void aSecondPinWithATextIsNotDrained(String name, boolean isForged) throws IOException {
        count();
        Path pin = fs.pin("acme/customer");
        Path second = fs.path("").resolve(name);
        Path text = second.resolveSibling(second.getFileName() + "-schema");
        KernelPins kernel = new KernelPins();
        for (Path file : List.of(pin, pin.resolveSibling("customer-schema"))) {
            try (RawMap map = Objects.requireNonNull(kernel.open(file, MapAccess.READ_WRITE))) {
                kernel.pin(map, file.equals(pin) ? second : text, PinOptions.defaults());
            }
        }
        if (isForged) {
            String old = Objects.requireNonNull(kernel.read(text));
            Files.delete(text);
            String here = kernel.directory(fs.path("other"));
            kernel.write(text, old.replaceFirst("directory .*", "directory " + here), PinOptions.defaults());
        }
        List<String> before = fs.content();

        for (CommandRun command : List.of(
                drain(second),
                drain(fs.path("")),
                end(second),
                drain(second.resolve("../..").normalize()))) {
            assertThat(command.err(3)).contains("`nestmap pins` finds the pin of the service", "othing was changed");
            if (isForged) {
                assertThat(command.err(3))
                        .containsPattern("`bpftool -f map show id \\d+` shows where this text is pinned");
            }
        }
        assertThat(fs.content()).isEqualTo(before);
        assertThat(file).isEmptyFile();
        if (!isForged) { // otherwise only the kernel's list of maps shows it
            assertBpfException(() -> PinnedBpf.CUSTOMER_MAP
                            .openPinned(second, MapAccess.READ_ONLY, PinOptions.defaults())
                            .close())
                    .hasMessageContaining("drains of both pins would pass the same counts");
        }

        Files.delete(second);
        Files.delete(text);
        drain(pin).out(0);
        assertThat(Files.readAllLines(file)).hasSize(1);
    }

    /** What is beside the first name is not beside the second: the lock, and the pins of the inner maps. */
    @Test
    void aHardLinkOfAnOuterMapIsNotDrained() throws IOException {
        count();
        Path pin = fs.pin("acme/customer");
        Path other = Files.createDirectories(fs.path("other/now"));
        for (String end : List.of("", "-schema")) {
            Files.createLink(other.resolve("customer" + end), pin.resolveSibling("customer" + end));
        }
        List<String> before = fs.content();

        for (CommandRun command :
                List.of(drain(other.resolve("customer")), drain(fs.path("other")), drain(pin), end(fs.path("other")))) {
            assertThat(command.err(3)).contains("has another name in another directory", "Nothing was changed");
        }
        assertThat(fs.content()).isEqualTo(before);
        assertThat(file).isEmptyFile();

        Files.delete(other.resolve("customer"));
        drain(pin).out(0);
        assertThat(Files.readAllLines(file)).hasSize(1);
    }

    /** Any user may make directories and links in a file system with the mode of the kernel, and nest them without end. */
    @Test
    void whatAnotherUserMakesStopsNoCommand() throws IOException {
        count();
        Files.createDirectories(Path.of(fs.path("x") + "/d".repeat(1_500)));
        Files.createSymbolicLink(fs.path("a-link"), Path.of("/etc/passwd"));
        Files.createDirectories(fs.path("").resolve("gone-draining/1"));
        Files.createDirectory(fs.path("").resolve("y-inner"));

        CommandRun all = drain(fs.path(""));
        assertThat(all.err(1)).contains("is not searched, because it is more than 64 directories deep");
        assertThat(all.out()).contains("customer: saved 1 map with 1 entry");
        CommandRun pins = CommandRun.of("pins", fs.path(""));
        assertThat(pins.err(3)).contains("it is more than 64 directories deep");
        assertThat(pins.out()).contains("customer");
        CommandRun end = end(fs.path(""));
        assertThat(end.err(1)).contains("is not searched");
        assertThat(end.out()).contains("all other pins are removed");
        assertThat(fs.pin("acme/customer")).doesNotExist();
    }

    /** There is nothing to drain in it, and nothing shows what its inner maps would be. */
    @Test
    void anEmptyOuterMapOfOtherSoftwareIsLeftOut() throws IOException {
        count();
        Path foreign = fs.path("acme").resolve("foreign");
        try (RawMap inner = new KernelMapFactory().create(new MapShape("flows", MapKind.HASH, 4, 8, 64, 0), null);
                RawMap outer = new KernelMapFactory()
                        .create(new MapShape("foreign", MapKind.HASH_OF_MAPS, 4, 4, 8, 0), inner)) {
            new KernelPins(pins).pin(outer, foreign, pins);
        }
        for (int run = 0; run < 2; run++) {
            CommandRun command = run == 0 ? drain(fs.path("acme")) : end(fs.path("acme"));
            assertThat(command.err(1)).contains(foreign + " is left out: it is an outer map without inner maps");
            assertThat(command.out()).contains(run == 0 ? "customer: saved 1 map" : "all other pins are removed");
        }
        assertThat(foreign).exists();
        assertThat(drain(foreign).err(3)).contains("leave it alone");
    }

    /** In a directory such as /tmp, another user takes the name before, removes what root saves there, or lets root write to another file. */
    @Test
    void savesOnlyWhereNoOtherUserCanExchangeTheFile() throws IOException {
        count();
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Files.setAttribute(shared, "unix:mode", 01777);
        Path theirs = Files.createDirectory(directory.resolve("theirs"));
        Path mine = Files.createDirectory(theirs.resolve("mine"));
        Files.setAttribute(theirs, "unix:uid", 65534);
        for (Path each : List.of(shared, theirs, mine)) {
            assertThat(CommandRun.of("drain", fs.pin("acme/customer"), "-o", each.resolve("saved.jsonl"))
                            .err(3))
                    .contains((each.equals(mine) ? theirs : each) + " can be changed by another user", "mkdir -m 0700");
            assertThat(each.resolve("saved.jsonl")).doesNotExist();
        }
        Path target = Files.createFile(directory.resolve("target"));
        Path link = Files.createSymbolicLink(directory.resolve("link.jsonl"), target);
        assertThat(CommandRun.of("drain", fs.pin("acme/customer"), "-o", link).err(3))
                .contains(link + " is a symbolic link", "name the file itself");
        assertThat(target).isEmptyFile();

        drain(fs.pin("acme/customer")).out(0);
        assertThat(Files.readAllLines(file)).hasSize(1);
        for (String mode :
                List.of("rw-------", "rw-r--r--")) { // an earlier version created files that all may read, and lock
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
            drain(fs.pin("acme/customer")).out(0);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void keepsAFileOfOthers() throws IOException {
        Files.writeString(file, "my notes\n");
        assertThat(drain(fs.path("acme")).err(3)).contains("did not write");
        assertThat(file).hasContent("my notes\n");
    }

    /**
     * A line whose end is missing was not on the disk when its process ended, so its map was not acknowledged, and the line is removed. If only its line
     * feed is missing, the map may have been acknowledged, and the line stays. {@code DrainFileTest} tries every length.
     */
    @Test
    void removesAnIncompleteLine() throws Exception {
        count();
        drain(fs.pin("acme/customer")).out(0);
        String line = Files.readString(file);
        int feed = line.length() - 1;
        for (int end : new int[] {0, 1, feed / 2, feed - 1, feed}) {
            Files.writeString(file, line + line.substring(0, end));
            drain(fs.pin("acme/customer")).out(0);
            assertThat(file).as("end at %s", end).content().isEqualTo(end == feed ? line + line : line);
        }
        Files.writeString(file, line + line.substring(0, 7));
        try (AutoCloseable owned = obstacle("an owner", fs.pin("acme/zone"))) {
            assertThat(drain(fs.path("acme")).err(3))
                    .as("%s", owned)
                    .contains("the last line of " + file + " was not complete", "owns the pins beside");
        }
    }

    @Test
    void pinsShowsTheOwnerAndWhatARebootLoses() throws IOException {
        try (PinnedBpf bpf = load()) {
            bpf.customer().create(42).put(new Flow(80, 1, 2));
            bpf.customer().create(43).putAll(List.of(new Flow(80, 1, 2), new Flow(81, 1, 2)));
            Objects.requireNonNull(bpf.customer().rotate(42)).close();
            String process = String.valueOf(ProcessHandle.current().pid());

            CommandRun pins = CommandRun.of("pins", fs.path("acme"));
            assertThat(pins.exitCode()).isEqualTo(1);
            assertThat(pins.out())
                    .contains(
                            "  owner: process " + process + " (",
                            "; last drain ",
                            "  a reboot loses 2 entries in slots")
                    .contains("  1 displaced map waits to be drained:", "  1 entry, displaced ");
            assertThat(CommandRun.of("pins", fs.path("acme"), "--older-than", "2h")
                            .exitCode())
                    .isZero();
            assertThat(CommandRun.of("pins", fs.path("acme"), "--json").out().lines())
                    .anyMatch(line -> line.contains("\"kind\":\"outer\"")
                            && line.contains("\"owner\":{\"process\":" + process + ",")
                            && line.contains("\"innerMaps\":2,\"entries\":2"))
                    .anyMatch(line -> line.contains("\"kind\":\"waiting\",\"entries\":1,\"displaced\":\"20")
                            && line.contains("\"seconds\":"));
        }
        assertThat(CommandRun.of("pins", fs.path("acme")).out()).contains("  owner: none; last drain ");
        assertThat(CommandRun.of("pins", "--older-than", "soon").err(2)).contains("such as 90s, 5m or 2h");
    }

    /** All entries of an array exist from the start. */
    @Test
    void pinsCountsTheEntriesOfArraysThatAreNotZero() {
        try (OthersBpf.CellsByMap.Owned cells = OthersBpf.CELLS_BY_MAP.create(fs.path("cells"))) {
            cells.create(1).put(new Cell(3, 1));
            cells.create(2);
            assertThat(CommandRun.of("pins", fs.path("")).out()).contains("  a reboot loses 1 entry in slots");
            Objects.requireNonNull(cells.rotate(1)).close();
            assertThat(CommandRun.of("pins", fs.path("")).out())
                    .contains("  1 entry, displaced ")
                    .doesNotContain("a reboot loses");
        }
    }
}
