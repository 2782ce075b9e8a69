/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.PinClaim;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.PinnedMapText;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.tests.kernel.Pinned.Flow;
import dev.nestmap.tests.kernel.Pinned.Site;
import dev.nestmap.tests.kernel.Pinned.Total;
import dev.nestmap.tests.kernel.PinnedBpf.CustomerMap;
import dev.nestmap.tests.kernel.PinnedBpf.FlowMap;
import dev.nestmap.tests.kernel.PinnedBpf.SiteMap;
import dev.nestmap.tests.kernel.PinnedBpf.TotalMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.untyped.UntypedOuterMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generated accessors find pinned maps again, each by its pin. */
@KernelTest
class PinsTest extends PinningTest {
    /** Somebody has forgotten the pins of the records, and expects that the counts outlive the process. */
    @Test
    void aDirectoryOfPinsIsReportedIfNothingIsPinned() {
        Path object = BpfObjects.of("nested_maps");
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            NestedMapsBpf.open(object).load().close();
            assertThat(log.messages()).isEmpty();

            NestedMapsBpf.open(object)
                    .pins(PinOptions.in(fs.path("none")))
                    .load()
                    .close();
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .contains(
                            fs.path("none").toString(),
                            "no record has a pin, so nothing is pinned",
                            "end with this process",
                            "@OuterMap(pin = ");
        }
    }

    /** Defect N02 of the first bill: the pin of a map was renamed, and the old counts were nowhere. */
    @Test
    void aPinOfAnotherVersionThatNobodyOpensIsNamed() throws IOException {
        try (PinnedBpf bpf = load()) {
            bpf.site().create(new Site(42, 1));
            bpf.site().create(new Site(43, 1));
            Objects.requireNonNull(bpf.site().rotate(new Site(42, 1))).close();
        }
        rename("site", "place", true);

        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            load().close();
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .contains(
                            fs.path("acme/now").resolve("place").toString(),
                            "2 inner maps, and 1 displaced map that waits",
                            "If you have gone back to this version, leave the map",
                            "write was = \"place\" at its record",
                            "nestmap end " + fs.path("acme").resolve("place"));
        }
        PinnedBpf.SITE_MAP.create(Path.of("acme/other"), pins).close();
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            load().close();
            assertThat(log.messages())
                    .as("no map that a service creates itself")
                    .singleElement()
                    .asString()
                    .contains("now/place");
        }
        Files.delete(fs.path("acme/place-schema"));
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            load().close();
            assertThat(log.messages()).as("of other software").isEmpty();
        }
    }

    /** {@code was} names the earlier pin. Without it, an older version finds the pin that its text names: it goes back. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRenamedPinIsFoundWithAllThatIsBesideIt(boolean hasWord) throws IOException {
        try (PinnedBpf bpf = load()) {
            bpf.customer().create(42).put(new Flow(80, 1, 2));
            Objects.requireNonNull(bpf.customer().rotate(42)).close();
            bpf.customer().create(43).put(new Flow(443, 3, 4));
        }
        List<Path> before = filesBelow("acme");
        rename("customer", hasWord ? "client" : "other", hasWord);

        try (LogRecords log = LogRecords.of("dev.nestmap.runtime");
                PinnedBpf bpf = load()) {
            assertThat(log.messages()).singleElement().asString().startsWith("the map customer that was pinned at ");
            assertThat(bpf.customer().get(43, 443)).isEqualTo(new Flow(443, 3, 4));
            assertThat(bpf.customer().waitingCount()).isEqualTo(1);
            discardDisplaced(bpf.customer().waitingTickets());
        }
        assertThat(filesBelow("acme").stream().filter(file -> !file.toString().contains("customer-draining/")))
                .containsExactlyInAnyOrderElementsOf(before.stream()
                        .filter(file -> !file.toString().contains("customer-draining/"))
                        .toList());
    }

    /** Another version has given the object another name as well, and says so. */
    @Test
    void pinsOfAnObjectThatWasRenamedAreFoundAndNamed() throws IOException {
        load().close();
        rename("customer", "client", true);
        rename("site", "place", true);
        renameObject("client", "pinned");
        renameObject("place", "pinned");

        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            load().close();
            assertThat(log.messages())
                    .hasSize(2)
                    .anyMatch(message -> message.startsWith("the map customer that was pinned at "))
                    .anyMatch(message -> message.startsWith("another version of "));
        }
        renameObject("place", "unrelated");
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            load().close();
            assertThat(log.messages()).as("of another object").isEmpty();
        }
    }

    /** Replaces the text of a pin by that of an object with another name. */
    private void renameObject(String pin, String formerName) throws IOException {
        Path text = fs.path("acme").resolve("now").resolve(pin + "-schema");
        KernelPins kernel = new KernelPins();
        PinnedMapText old = PinnedMapText.parse(Objects.requireNonNull(kernel.read(text)));
        Schema schema = old.schema();
        List<FieldMeaning> meanings = new ArrayList<>(schema.meanings());
        meanings.removeIf(FieldMeaning.FormerObject.class::isInstance);
        meanings.add(new FieldMeaning.FormerObject("map " + old.map(), formerName));
        Schema renamed = new Schema(schema.origin(), "renamed", schema.includes(), schema.types(), schema.maps())
                .withMeanings(meanings);
        Files.delete(text);
        kernel.write(text, new PinnedMapText(old.map(), old.id(), old.pin(), old.directory(), renamed).print(), pins);
    }

    /** Nothing of a load stays that has failed: the previous version starts again, and its programs use these pins. */
    @Test
    void aPinHasItsNameAgainAfterALoadThatFails() throws IOException {
        load().close();
        rename("customer", "client", true);
        List<Path> before = filesBelow("acme");

        assertFails(() -> assertThat(fs.path("acme").resolve("now/customer")).exists());

        assertThat(filesBelow("acme")).containsExactlyInAnyOrderElementsOf(before);
    }

    /** It has seen the new name, and would create a second map there, whose counts nobody adds to those of the first one. */
    @Test
    void aLoadThatWaitsForOneThatFailsRenamesThePinItself() throws Exception {
        try (PinnedBpf bpf = load()) {
            bpf.customer().create(42).put(new Flow(80, 1, 2));
        }
        rename("customer", "client", true);
        FutureTask<PinnedBpf> next = new FutureTask<>(() -> PinnedBpf.open(BpfObjects.of("pinned"))
                .pins(pins.withOwnerWait(Duration.ofHours(1)))
                .load());
        Thread waiting = new Thread(next);

        assertFails(() -> {
            Path now = fs.path("acme").resolve("now");
            delete(now.resolve("total"), now.resolve("total-schema")); // so the other load needs the lock
            waiting.start();
            while (waiting.getState() != Thread.State.TIMED_WAITING) {
                assertThat(next.isDone()).as("the load waits").isFalse();
                Thread.onSpinWait();
            }
        });

        try (PinnedBpf bpf = next.get(60, TimeUnit.SECONDS)) {
            assertThat(bpf.customer().get(42, 80)).isEqualTo(new Flow(80, 1, 2));
        }
        assertThat(fs.path("acme").resolve("now/client")).doesNotExist();
    }

    /** Otherwise two loads that rename pins in two directories would wait for each other. */
    @Test
    void aLoadThatWaitsHasRenamedNothing() throws Exception {
        load().close();
        rename("customer", "client", true);
        Path now = fs.path("acme").resolve("now");
        delete(now.resolve("total"), now.resolve("total-schema")); // so the load needs the lock
        FutureTask<PinnedBpf> next = new FutureTask<>(() -> PinnedBpf.open(BpfObjects.of("pinned"))
                .pins(pins.withOwnerWait(Duration.ofHours(1)))
                .load());
        Thread waiting = new Thread(next);

        Pins.Lock other = new PinClaim(new KernelPins(), now.resolve("site"), pins).require("test");
        try (other) {
            waiting.start();
            while (waiting.getState() != Thread.State.TIMED_WAITING) {
                assertThat(next.isDone()).as("the load waits").isFalse();
                Thread.onSpinWait();
            }
            assertThat(now.resolve("client")).exists();
        }

        next.get(60, TimeUnit.SECONDS).close();
        assertThat(now.resolve("client")).doesNotExist();
        assertThat(now.resolve("customer")).exists();
    }

    /** Then another process may own the pins. */
    @Test
    void aLoadThatHasLostItsLockRenamesNothingBack() throws IOException {
        load().close();
        rename("customer", "client", true);
        assertFails(() -> delete(fs.path("acme").resolve("owner")));
        assertThat(fs.path("acme").resolve("now/customer")).exists();
        load().close();
    }

    private void assertFails(Runnable preparation) {
        assertThatThrownBy(() -> PinnedBpf.open(BpfObjects.of("pinned"))
                        .pins(pins)
                        .prepare(bpf -> {
                            preparation.run();
                            throw new IllegalStateException("of the service");
                        })
                        .load())
                .hasMessageContaining("of the service");
    }

    private static void delete(Path... files) {
        try {
            for (Path file : files) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The link for other tools stays, too. */
    @Test
    void aPinBesideAForeignDirectoryIsNotRenamed() throws IOException {
        load().close();
        rename("customer", "client", true);
        Path foreign = Files.createDirectory(fs.path("acme").resolve("now/foreign"));
        Files.createLink(foreign.resolve("total"), fs.path("acme").resolve("now/total"));
        List<Path> before = filesBelow("acme");

        assertBpfException(() -> load().close(), "foreign is not a file of Nestmap");

        assertThat(filesBelow("acme")).containsExactlyInAnyOrderElementsOf(before);
    }

    /** As somebody does who gives the directory another name with mkdir and mv. No other pin has the counts, so this one must not be removed. */
    @Test
    void filesThatWereMovedOneByOneAreMovedBack() throws IOException {
        try (PinnedBpf bpf = load()) {
            bpf.customer().create(42).put(new Flow(80, 1, 2));
        }
        Path other = Files.createDirectory(fs.path("other"));
        moveAll(fs.path("acme"), other);
        assertBpfException(
                () -> PinnedBpf.CUSTOMER_MAP
                        .openPinned(other.resolve("customer"), MapAccess.READ_ONLY, pins)
                        .close(),
                "only pin of these counts. Move all files back",
                "save the counts before you remove anything");

        moveAll(other, fs.path("acme"));
        try (PinnedBpf bpf = load()) {
            assertThat(bpf.customer().get(42, 80)).isEqualTo(new Flow(80, 1, 2));
        }
    }

    private static void moveAll(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.move(file, to.resolve(file.getFileName()));
            }
        }
    }

    @Test
    void aPinIsNotRenamedWithoutUpgrade() throws IOException {
        load().close();
        rename("customer", "client", true);
        List<Path> before = filesBelow("acme");

        assertBpfException(
                () -> PinnedBpf.open(BpfObjects.of("pinned"))
                        .pins(pins.withoutUpgrade())
                        .load(),
                "client",
                "withoutUpgrade");

        assertThat(filesBelow("acme")).containsExactlyInAnyOrderElementsOf(before);
    }

    /** Somebody has removed the pin itself: what is left beside it stays there, so another map does not get its name. */
    @Test
    void aPinIsNotRenamedToANameThatIsTaken() throws IOException {
        load().close();
        rename("customer", "client", true);
        Path left = Files.createDirectory(fs.path("acme").resolve("now/customer-draining"));
        Path waiting = left.resolve("7-1");
        Files.move(fs.path("acme").resolve("now/client-uncounted"), waiting);

        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            load().close();
            assertThat(log.messages()).anyMatch(message -> message.startsWith("another version of "));
        }
        assertThat(waiting).exists();
        assertThat(fs.path("acme").resolve("now/client")).exists();
    }

    /** Between the look at the pins and the lock, another process has made a map with the new name: it stays. */
    @Test
    void aMapThatAppearsBeforeTheLockIsNotReplaced() throws IOException {
        load().close();
        rename("customer", "client", true);
        Path now = fs.path("acme").resolve("now");
        AtomicBoolean isTaken = new AtomicBoolean();
        BpfException refused = catchThrowableOfType(
                BpfException.class,
                () -> WatchedThread.watch(
                        call -> {
                            if (call == SystemCall.FLOCK && !isTaken.getAndSet(true)) {
                                link(now.resolve("site"), now.resolve("customer"));
                            }
                            return null;
                        },
                        () -> load().close()));
        assertThat(isTaken).isTrue();
        assertThat(refused).hasMessageContaining("no text");
        assertThat(now.resolve("customer")).exists();
        assertThat(now.resolve("client")).exists();
    }

    /** Each load creates the link for other tools, but only unless there is a file with its name, which is not Nestmap's. */
    @Test
    void aRenamedPinLeavesAFileOfOthersWithItsOldName() throws IOException {
        load().close();
        rename("customer", "client", true);
        Path foreign = fs.path("acme").resolve("client");
        Files.delete(foreign);
        Files.createLink(foreign, fs.path("acme").resolve("now/total"));

        load().close();
        assertThat(Files.isSymbolicLink(foreign)).isFalse();
        assertThat(foreign).exists();
        assertThat(fs.path("acme").resolve("now/client")).doesNotExist();
    }

    /** What the old process would pin beside the old name, nobody would find. */
    @Test
    void aProcessWhosePinWasRenamedChangesNoSlots() throws IOException {
        try (PinnedBpf bpf = load()) {
            bpf.customer().create(42).put(new Flow(80, 1, 2));
        }
        try (PinnedBpf old = load()) {
            rename("customer", "client", true);
            assertBpfException(() -> old.customer().rotate(42))
                    .hasReason(Reason.CLOSED)
                    .hasMessageContaining(
                            "renamed its pin to " + fs.path("acme").resolve("now/client"));
            assertThat(old.customer().get(42, 80)).isEqualTo(new Flow(80, 1, 2));
        }
        assertThat(fs.content()).noneMatch(file -> file.contains("now/customer"));
        try (PinnedBpf bpf = load()) {
            assertThat(bpf.customer().get(42, 80)).isEqualTo(new Flow(80, 1, 2));
        }
    }

    private static void link(Path file, Path second) {
        try {
            Files.createLink(second, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives a map the pin that another version had for it. */
    private void rename(String pin, String other, boolean hasText) throws IOException {
        Path now = fs.path("acme").resolve("now");
        for (Path file : filesBelow("acme/now")) {
            String name = file.getFileName().toString();
            if (now.equals(file.getParent()) && name.startsWith(pin)) {
                Files.move(file, now.resolve(other + name.substring(pin.length())));
            }
        }
        Files.move(fs.path("acme").resolve(pin), fs.path("acme").resolve(other));
        if (hasText) {
            Path text = now.resolve(other + "-schema");
            KernelPins kernel = new KernelPins();
            PinnedMapText old = PinnedMapText.parse(Objects.requireNonNull(kernel.read(text)));
            Files.delete(text);
            String schema =
                    SchemaText.print(old.schema()).replace("\"acme/" + pin + "\": pin", "\"acme/" + other + "\": pin");
            kernel.write(
                    text,
                    new PinnedMapText(old.map(), old.id(), other, old.directory(), SchemaText.parse(schema)).print(),
                    pins);
        }
    }

    /** A process leaves this that is killed after it has pinned the map, and before the kernel takes it out of its slot. */
    @Test
    void aMapInASlotOfAnotherOuterMapIsNotWaiting() {
        Path pin;
        try (PinnedBpf bpf = load()) {
            FlowMap flows = bpf.customer().create(42);
            flows.put(new Flow(80, 1, 2));
            RawSlots.put(
                    bpf.site().id(),
                    bpf.site().expert().keyToBytes(new Site(42, 1)).toBytes(),
                    flows.id());
            pin = fs.path("acme/customer-draining/42-" + flows.id());
            List<Displaced<Long, FlowMap>> taken =
                    bpf.customer().expert().unchecked().takeAll(List.of(42L));
            Path doubtful = PinPaths.unchecked(pin);
            try (RawMap raw = Objects.requireNonNull(new KernelPins().open(doubtful, MapAccess.READ_WRITE))) {
                taken.get(0).acknowledge();
                assertThat(doubtful).doesNotExist();
                new KernelPins().pin(raw, pin, pins);
            }
        }

        try (PinnedBpf bpf = load()) {
            assertThat(bpf.customer().waitingTickets()).isEmpty();
            assertThat(pin).doesNotExist();
            assertThat(bpf.site().get(new Site(42, 1), 80)).isEqualTo(new Flow(80, 1, 2));
        }
    }

    /** The kernel needs an inner map only to create an outer map. */
    @Test
    void theTextOfAPinnedMapIsCreatedOnce() {
        load().close(); // libbpf creates maps to learn what the kernel supports, once in a process
        fs.pin("acme/customer").toFile().delete();

        assertThat(mapsCreatedBy(() -> load().close()))
                .as("customer, its text, libbpf's inner map, and the constants of the header")
                .isEqualTo(4);
        assertThat(mapsCreatedBy(() -> load().close()))
                .as("the constants of the header")
                .isEqualTo(1);
        assertThat(mapsCreatedBy(() -> PinnedBpf.CUSTOMER_MAP
                        .openPinned(fs.path("acme/customer"))
                        .close()))
                .isZero();
    }

    private static long mapsCreatedBy(Runnable action) {
        AtomicLong created = new AtomicLong();
        WatchedThread.watch(
                call -> {
                    created.addAndGet(call == SystemCall.MAP_CREATE ? 1 : 0);
                    return null;
                },
                action);
        return created.get();
    }

    @Test
    void eachMapCanBeOpenedByItsPin() throws IOException {
        try (PinnedBpf bpf = load()) {
            bpf.customer().create(42);
            bpf.site().create(new Site(42, 2)).put(new Flow(80, 1, 2));
            run(bpf);

            try (CustomerMap.Owned customers =
                            PinnedBpf.CUSTOMER_MAP.openPinned(fs.path("acme/customer"), MapAccess.READ_ONLY);
                    SiteMap.Owned sites = PinnedBpf.SITE_MAP.openPinned(fs.path("acme/site"));
                    FlowMap.Owned flows = PinnedBpf.FLOW_MAP.openPinned(fs.path("acme/customer-inner/42"));
                    TotalMap.Owned total = PinnedBpf.TOTAL_MAP.openPinned(fs.path("acme/total"))) {
                assertThat(customers.get(42, 443)).isEqualTo(new Flow(443, 1, 0));
                assertThat(sites.get(new Site(42, 2))).containsExactly(new Flow(80, 1, 2));
                assertThat(flows).containsExactly(new Flow(443, 1, 0));
                assertThat(total.get(0)).isEqualTo(new Total(0, 1));
                assertBpfException(() -> customers.discard(42)).hasErrno(Errno.EPERM);
            }
            assertBpfException(() -> PinnedBpf.SITE_MAP.openPinned(fs.path("acme/customer")))
                    .hasMessageContaining("key size 4 instead of 8");
        }
    }

    /** The working directory means nothing in any call. */
    @Test
    void aRelativePathIsBelowTheDirectoryOfTheOptions() throws IOException {
        Path relative = Path.of("acme/customer");
        try (CustomerMap.Owned created = PinnedBpf.CUSTOMER_MAP.create(relative, pins);
                CustomerMap.Owned opened = PinnedBpf.CUSTOMER_MAP.openPinned(relative, MapAccess.READ_WRITE, pins);
                PinnedBpf bpf = load()) {
            assertThat(opened.id()).isEqualTo(created.id());
            assertThat(bpf.customer().id()).isEqualTo(created.id());
        }
        assertThat(fs.content()).contains("acme/customer");
        assertBpfException(() -> PinnedBpf.CUSTOMER_MAP.openPinned(relative))
                .isOf("opening of the pin /sys/fs/bpf/acme/now/customer");
        assertThat(PinOptions.in(Path.of("acme"))).isEqualTo(PinOptions.in(Path.of("/sys/fs/bpf/acme")));
    }

    /** A command of root drains for the user of a service, who can use all that it creates. */
    @Test
    void whatRootCreatesWhileItDrainsGetsTheOwnerOfThePin() throws IOException {
        try (PinnedBpf bpf = load()) {
            bpf.customer().create(42).put(new Flow(80, 1, 2));
        }
        for (Path file : filesBelow("acme")) {
            Files.setAttribute(file, "unix:uid", 1001, LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(file, "unix:gid", 1002, LinkOption.NOFOLLOW_LINKS);
        }

        assertBpfException(() -> PinnedBpf.CUSTOMER_MAP.openPinned(fs.path("acme/customer")))
                .hasMessageContaining("which belongs to user 1001")
                .hasMessageContaining("start this process as that user");
        PinnedBpf.CUSTOMER_MAP
                .openPinned(fs.path("acme/customer"), MapAccess.READ_ONLY)
                .close();
        try (UntypedOuterMap customers =
                Objects.requireNonNull(UntypedOuterMap.openForOwner(fs.pin("acme/customer"), null))) {
            customers.own();
            customers.rotateAll(customers.keys()).forEach(Displaced::close);
        }
        assertThat(fs.content()).anyMatch(pin -> pin.startsWith("acme/customer-draining/"));
        assertThat(filesBelow("acme"))
                .allSatisfy(file -> assertThat(Files.readAttributes(file, "unix:uid,gid", LinkOption.NOFOLLOW_LINKS))
                        .containsEntry("uid", 1001)
                        .containsEntry("gid", 1002));
    }

    private List<Path> filesBelow(String directory) throws IOException {
        try (Stream<Path> files = Files.walk(fs.path(directory))) {
            return files.toList();
        }
    }

    @Test
    void inMemoryMapsAreNotPinned() throws IOException {
        try (PinnedBpf bpf = PinnedBpf.inMemory()) {
            bpf.customer().create(42).put(new Flow(443, 1, 0));
            DrainedMap.drain(
                    bpf.customer().rotate(42), drained -> assertThat(drained).containsExactly(new Flow(443, 1, 0)));
            assertThat(bpf.customer().waitingTickets()).isEmpty();
        }
        assertThat(fs.content()).isEmpty();
    }

    private PinnedBpf load() {
        return PinnedBpf.open(BpfObjects.of("pinned")).pins(pins).load();
    }

    private static void run(PinnedBpf bpf) {
        bpf.program("count").testRun(new byte[64]);
    }
}
