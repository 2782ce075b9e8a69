/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.demand;

import static dev.nestmap.runtime.ServedByHand.serve;
import static dev.nestmap.runtime.ServedByHand.stopped;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.MissReport;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.tests.demand.Demand.Site;
import dev.nestmap.tests.demand.Demand.Visit;
import dev.nestmap.tests.demand.DemandBpf.SiteMap;
import dev.nestmap.tests.demand.DemandBpf.TenantMap;
import dev.nestmap.tests.demand.DemandBpf.VisitMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.NativeBytes;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the contract with BPF programs that miss. */
@KernelTest
class KernelOnDemandTest extends OnDemandContract {
    private static final int MISSED = 0;
    private static final int COUNTED = 1;

    @SuppressWarnings("NullAway.Init") // by open
    private BpfFs fs;

    @Override
    protected DemandBpf open() {
        try {
            fs = BpfFs.mount();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return load();
    }

    @AfterEach
    void unmount() throws IOException {
        bpf.close(); // which owns pins
        fs.close();
    }

    @InstalledClang.Each
    void everyClangsObjectIsVerified(InstalledClang clang) {
        bpf.close();
        try (DemandBpf other = DemandBpf.open(BpfObjects.of("demand", clang))
                .pins(PinOptions.in(fs.path("")))
                .load()) {
            assertThat(run(other.program("count"), 3, 1)).isEqualTo(MISSED);
        }
    }

    @Test
    void missesAreCounted() {
        for (int i = 0; i < 5; i++) {
            assertThat(run(bpf.program("count"), 42, 1)).isEqualTo(MISSED);
        }
        try (OnDemandServer<Long> server = bpf.tenant().serveRequests(listener())) {
            waitUntil(() -> server.statistics().missed() == 5);
            assertThat(run(bpf.program("count"), 42, 1)).isEqualTo(COUNTED);
            assertThat(bpf.tenant().get(42, 1)).isEqualTo(new Visit(1, 1));

            bpf.tenant().discard(42);
            assertThat(run(bpf.program("count"), 42, 1)).isEqualTo(MISSED);
            waitUntil(() -> server.statistics().missed() == 6);
        }
    }

    /** Several outer maps share the record of the entries, so the helper can't know whose map refuses one. */
    @Test
    void aFullMapWhoseRefusalsNobodyCountsIsADoubt() {
        bpf.tenant().create(42);
        for (int source = 1; source <= 5; source++) {
            run(bpf.program("count"), 42, source);
        }
        Displaced<Long, VisitMap> full = Objects.requireNonNull(bpf.tenant().rotate(42));
        assertThat(full.map().count()).isEqualTo(4);
        assertThat(Objects.requireNonNull(bpf.tenant().uncounted()).refused()).isZero();
        assertThat(full.doubts()).containsExactly(Displaced.Doubt.FULL);
        full.acknowledge();
    }

    @Test
    void missesOfRefusedKeysAreCounted() {
        List<MissReport<Long>> reports = new ArrayList<>();
        OnDemandServer.Listener<Long, VisitMap> refusing = new OnDemandServer.Listener<>() {
            @Override
            public void missed(MissReport<Long> report) {
                reports.add(report);
            }

            @Override
            public boolean accepts(Long key) {
                return false;
            }
        };
        UntypedProgram count = bpf.program("count");
        OnDemandServer<Long> server = stopped(bpf.tenant().serveRequests(refusing));
        for (int i = 1; i <= 5; i++) {
            run(count, 42, 1);
            run(count, 43, 1);
            assertThat(bpf.tenant().pending()).isEqualTo(2);
            assertThat(serve(server)).isZero();
            assertThat(reports.stream().mapToLong(MissReport::refused).sum()).isEqualTo(2L * i);
        }
        assertThat(reports).extracting(MissReport::total).containsOnly(2L);
        assertThat(bpf.tenant().pending()).isZero();
        assertThat(bpf.tenant().count()).isZero();
        assertThat(server.statistics().missed()).isZero();
        assertThat(server.lostRequests()).isZero();
    }

    /** Each miss is in one of the reports. A listener may change the slots, because none is locked. */
    @Test
    void missesDuringAReportAreInTheNextOne() {
        UntypedProgram count = bpf.program("count");
        List<MissReport<Long>> reports = new ArrayList<>();
        OnDemandServer<Long> server = bpf.tenant().serveRequests(report -> {
            reports.add(report);
            if (reports.size() == 1) {
                bpf.tenant().discard(42);
                run(count, 42, 1);
                run(count, 42, 1);
            }
        });
        server.close();
        run(count, 42, 1);

        serve(server);
        serve(server);
        assertThat(reports).extracting(MissReport::total).containsExactly(1L, 2L);
        assertThat(reports.get(0).identity()).isNotEqualTo(reports.get(1).identity());
        assertThat(server.statistics().missed()).isEqualTo(3);
        assertThat(serve(server)).isZero();
    }

    @Test
    void anIndexOutOfRangeIsNotRequested() {
        UntypedProgram count = bpf.program("count_by_index");
        assertThat(run(count, Demand.LANES, 1)).isEqualTo(MISSED);
        assertThat(run(count, -1, 1)).isEqualTo(MISSED);
        assertThat(run(count, Demand.LANES - 1, 1)).isEqualTo(MISSED);
        try (OnDemandServer<Long> server = stopped(bpf.lane().serveRequests(listener()))) {
            waitUntil(() -> serve(server) == 0 && server.statistics().missed() == 1);
            assertThat(server.lostRequests()).isEqualTo(2);
        }
        assertThat(run(count, Demand.LANES - 1, 1)).isEqualTo(COUNTED);
    }

    @Test
    void missesAreCountedWhenTheRequestMapIsFull() {
        UntypedProgram count = bpf.program("count_pinned");
        for (int customer = 0; customer < 6; customer++) {
            run(count, customer, 1);
            run(count, customer, 1);
        }
        long lost = 2L * (6 - Demand.PENDING_SITES);
        List<MissReport<Site>> reports = new CopyOnWriteArrayList<>();
        try (OnDemandServer<Site> server = stopped(bpf.site().serveRequests(reports::add))) {
            waitUntil(() -> serve(server) == 0 && server.statistics().missed() == 2L * Demand.PENDING_SITES);
            assertThat(server.lostRequests()).isEqualTo(lost);
        }
        assertThat(bpf.site().count()).isEqualTo(Demand.PENDING_SITES);
        assertThat(reports).isNotEmpty().extracting(MissReport::lostSoFar).containsOnly(lost);

        bpf.close();
        bpf = load(); // the next process
        run(bpf.program("count_pinned"), 7, 1);
        reports.clear();
        try (OnDemandServer<Site> server = stopped(bpf.site().serveRequests(reports::add))) {
            waitUntil(() -> serve(server) == 0 && server.statistics().missed() == 1);
        }
        assertThat(reports).isNotEmpty().extracting(MissReport::lostSoFar).containsOnly(lost);
    }

    @Test
    void missCountsOutliveTheServingProcess() throws IOException {
        run(bpf.program("count_pinned"), 1, 1);
        bpf.close();
        assertThat(fs.content()).contains("acme/site-requests", "acme/site-uncounted", "acme/site-requests-inner/0");

        bpf = load();
        run(bpf.program("count_pinned"), 1, 1);
        try (SiteMap.Owned sites = DemandBpf.SITE_MAP.openPinned(fs.path("acme/site"));
                OnDemandServer<Site> server = sites.serveRequests(listener())) {
            waitUntil(() -> server.statistics().missed() == 2);
        }
        assertThat(fs.content()).contains("acme/site-inner/0100000007000000");
        assertThat(run(bpf.program("count_pinned"), 1, 1)).isEqualTo(COUNTED);
    }

    /** For example, a sleepable program of the crashed process may have added to the table afterwards. */
    @Test
    void aReportThatACrashInterruptedKeepsItsDoubt(@TempDir Path directory) throws Exception {
        run(bpf.program("count_pinned"), 1, 1);
        crash(directory.resolve("identity"));
        Path table;
        try (Stream<Path> waiting = Files.list(fs.path("acme/site-requests-draining"))) {
            table = waiting.findFirst().orElseThrow();
        }
        Files.move(table, table.resolveSibling(table.getFileName() + "-unchecked"));
        run(bpf.program("count_pinned"), 2, 1);

        List<MissReport<Site>> reports = new CopyOnWriteArrayList<>();
        OnDemandServer<Site> server = stopped(bpf.site().serveRequests(reports::add));
        serve(server); // unless its own thread has
        assertThat(reports).extracting(MissReport::isExact).containsExactly(false, true);
    }

    private void crash(Path identity) throws Exception {
        Process child = new ChildVm().start(Crashing.class, fs.path("acme/site").toString(), identity.toString());
        child.getInputStream().transferTo(System.out);
        assertThat(child.waitFor()).as("exit value").isEqualTo(Crashing.STATUS);
    }

    @Test
    void repeatsAReportThatACrashInterrupted(@TempDir Path directory) throws Exception {
        run(bpf.program("count_pinned"), 1, 1);
        Path identity = directory.resolve("identity");
        crash(identity);

        assertThat(bpf.site().count()).as("maps that the child created").isEqualTo(1);
        assertThat(bpf.site().pending()).as("no process has reported the miss").isEqualTo(1);
        List<MissReport<Site>> reports = new CopyOnWriteArrayList<>();
        OnDemandServer<Site> server = stopped(bpf.site().serveRequests(reports::add));
        serve(server); // unless its own thread has
        assertThat(serve(server)).isZero();
        assertThat(reports).extracting(MissReport::total).containsExactly(1L);
        MapIdentity first = MapIdentity.parse(Files.readString(identity));
        assertThat(reports.get(0).identity().takenOut())
                .as("the report that the child got")
                .isEqualTo(first.takenOut());
        assertThat(reports.get(0).identity().mapId()).isEqualTo(first.mapId());
        assertThat(bpf.site().pending()).isZero();
        assertThat(fs.content())
                .filteredOn(pin -> pin.startsWith("acme/site-requests-draining/"))
                .isEmpty();
    }

    /** A second server would report the same misses. */
    @Test
    void anotherProcessThatServesIsRefused() throws Exception {
        try (OnDemandServer<Site> server = bpf.site().serveRequests(listener())) {
            assertThat(server.statistics().served()).isZero();
            Process child = new ChildVm()
                    .start(
                            Crashing.class,
                            fs.path("acme/site").toString(),
                            fs.path("identity").toString());
            String output = ChildVm.output(child);
            assertThat(child.waitFor()).isNotEqualTo(Crashing.STATUS);
            assertThat(output).contains("owns the pin");
        }
    }

    /** Ends its process as soon as the first request is reported. */
    static final class Crashing {
        private static final int STATUS = 3;

        private Crashing() {}

        public static void main(String[] arguments) {
            DemandBpf.SITE_MAP
                    .openPinned(Path.of(arguments[0]))
                    .serveRequests(report -> {
                        Files.writeString(
                                Path.of(arguments[1]), report.identity().text());
                        Runtime.getRuntime().halt(STATUS);
                    })
                    .close();
        }
    }

    @Test
    void anOuterMapCreatedWithoutAnObjectServesRequests() throws IOException {
        try (BpfFs other = BpfFs.mount();
                SiteMap.Owned sites =
                        DemandBpf.SITE_MAP.create(other.path("acme/site"), PinOptions.in(other.path("")));
                DemandBpf counting = DemandBpf.open(BpfObjects.of("demand"))
                        .pins(PinOptions.in(other.path("")))
                        .load();
                OnDemandServer<Site> server = sites.serveRequests(listener())) {
            run(counting.program("count_pinned"), 5, 1);
            waitUntil(() -> server.statistics().missed() == 1);
            assertThat(run(counting.program("count_pinned"), 5, 1)).isEqualTo(COUNTED);
        }
    }

    /** One of the pins alone could be a map of the user. */
    @Test
    void leavesNoPinIfTheMapForLostRequestsCanNotBePinned() throws IOException {
        try (BpfFs other = BpfFs.mount()) {
            PinOptions pins = PinOptions.in(other.path(""));
            DemandBpf.SITE_MAP.create(other.path("site-uncounted"), pins).close(); // of another type
            List<String> before = other.content();

            assertBpfException(() -> DemandBpf.SITE_MAP.create(other.path("site"), pins), "site-uncounted");

            assertThat(other.content()).isEqualTo(before);
        }
    }

    @Test
    void anOuterMapWithoutARequestMapIsRejected() {
        try (TenantMap.Owned unpinned = DemandBpf.TENANT_MAP.create();
                SiteMap.Owned reader = DemandBpf.SITE_MAP.openPinned(fs.path("acme/site"), MapAccess.READ_ONLY)) {
            assertBpfException(() -> unpinned.serveRequests(listener()), "Load or bind the object")
                    .onMap("tenant");
            assertBpfException(() -> reader.serveRequests(listener()));
        }
    }

    @Test
    void anObjectCompiledBeforeOnDemandIsRejected(@TempDir Path directory) throws IOException {
        String header = Files.readString(BpfObjects.generated("demand.bpf.h"));
        Files.writeString(directory.resolve("demand.bpf.h"), header.replace("tenant_requests", "tenant_formerly"));
        Path object = directory.resolve("demand.bpf.o");
        InstalledClang.newest()
                .compile(BpfObjects.source("demand"), object, directory)
                .succeeded();

        assertBpfException(
                () -> DemandBpf.open(object)
                        .pins(PinOptions.in(fs.path("other")))
                        .load(),
                "map tenant_requests: BPF_MAP_TYPE_ARRAY_OF_MAPS in the records, missing in the object",
                "Compile the object again");
        try (LoadedObject loaded = Nestmap.open(object).load()) {
            assertBpfException(() -> loaded.map(DemandBpf.TENANT_MAP), "tenant_requests");
        }
    }

    @Test
    void anAccessorBoundToAnyObjectServesRequests() {
        AtomicLong missed = new AtomicLong();
        try (LoadedObject loaded = Nestmap.open(BpfObjects.of("demand")).load()) {
            TenantMap tenants = loaded.map(DemandBpf.TENANT_MAP);
            run(loaded.program("count"), 1, 1);
            try (OnDemandServer<Long> server = tenants.serveRequests(report -> missed.addAndGet(report.total()))) {
                waitUntil(() -> missed.get() == 1);
                assertThat(server.statistics().missed()).isEqualTo(1);
            }
            VisitMap visits = tenants.get(1);
            assertThat(visits).isNotNull();
        }
    }

    @Test
    void passesAndClearsMapsAtKeysThatJavaDoesNotWrite() {
        VisitMap visits = bpf.host().create("web");
        RawSlots.put(bpf.host().id(), "0123456789abcdef".getBytes(StandardCharsets.US_ASCII), visits.id());
        List<String> names = new ArrayList<>();
        bpf.host().forEach((name, map) -> names.add(name));
        assertThat(names).containsExactlyInAnyOrder("web", "0123456789abcdef");
        bpf.host().discardAll();
        assertThat(bpf.host().count()).isZero();
    }

    /** Such a report would come again and again, and hold up all others. */
    @Test
    void reportsMissesOfAKeyThatJavaDoesNotWriteEvenIfAMapIsThere() {
        ByteString key = ByteString.of("0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
        RawSlots.put(bpf.host().id(), key.toBytes(), bpf.host().create("web").id());
        putMisses("host_requests", new UntypedMap.Entry(key, ByteString.ofHex("0300000000000000")));
        OnDemandServer<String> server = stopped(bpf.host().serveRequests(listener()));

        serve(server);

        assertThat(refused()).isEqualTo(3);
        assertThat(bpf.host().pending()).isZero();
    }

    private DemandBpf load() {
        return DemandBpf.open(BpfObjects.of("demand"))
                .pins(PinOptions.in(fs.path("")))
                .load();
    }

    private static int run(UntypedProgram program, int outer, int inner) {
        return program.testRun(TestRun.Input.packet(NativeBytes.packet(outer, inner)))
                .returnValue();
    }
}
