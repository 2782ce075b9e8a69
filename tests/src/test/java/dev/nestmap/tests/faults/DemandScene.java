/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.MissReport;
import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.ServedByHand;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.tests.demand.Demand.Site;
import dev.nestmap.tests.demand.Demand.Visit;
import dev.nestmap.tests.demand.DemandBpf;
import dev.nestmap.tests.demand.DemandBpf.SiteMap;
import dev.nestmap.tests.demand.DemandBpf.VisitMap;
import dev.nestmap.tests.toolchain.NativeBytes;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A pinned outer map whose inner map is requested by packets that miss it, and the server of the requests. */
final class DemandScene extends FaultScene {
    private static final long MISSES = 3;
    private static final int CUSTOMER = 1;
    private static final Site SITE = new Site(CUSTOMER, 7);

    private final Path object;
    private final Set<String> identities = new HashSet<>();
    private final Map<Site, Long> stored = new HashMap<>();
    private @Nullable RuntimeException failure;
    private @Nullable DemandBpf bpf;
    private @Nullable OnDemandServer<Site> server;

    /** @param directory where the maps are pinned; it does not exist yet */
    DemandScene(Path directory, Path object) {
        super(directory);
        this.object = object;
    }

    /** Loads the object, sends packets that request an inner map, and prepares a server. */
    void request() {
        load();
        startServer();
        for (int i = 0; i < MISSES; i++) {
            send();
        }
    }

    private void load() {
        bpf = DemandBpf.open(object).pins(PinOptions.in(directory)).load();
    }

    /** Starts a server and ends its thread, which may have served once. Later requests are served by {@link #serve}. */
    private void startServer() {
        server = site().serveRequests(new OnDemandServer.Listener<Site, VisitMap>() {
            @Override
            public void missed(MissReport<Site> report) {
                if (identities.add(report.identity().text())) { // otherwise it is stored already
                    report.missed().forEach((site, count) -> stored.merge(site, count, Long::sum));
                    stored.merge(SITE, report.waiting(), Long::sum);
                }
            }

            @Override
            public void failed(RuntimeException e) {
                failure = e;
            }
        });
        server.close();
    }

    /** Serves the requests. Throws what the server reports, after which it goes on: an inner map may be in its slot, and stay open. */
    void serve() {
        failure = null;
        try {
            ServedByHand.serve(Objects.requireNonNull(server));
        } catch (BpfException e) {
            failure = e;
        }
        if (failure != null) {
            throw new FaultyOperation.LaterException((BpfException) failure);
        }
    }

    /**
     * Recovers and serves as the next process does, and requires that each miss was reported once, and that packets are counted now.
     */
    void requireExactCounts() {
        closeAll();
        load();
        assertThat(site().waitingTickets()).isEmpty();
        startServer();
        serve();
        assertThat(stored).isEqualTo(Map.of(SITE, MISSES));
        send(); // a miss again if the map could not be created
        serve();
        send();
        Visit counted = Objects.requireNonNull(site().get(SITE, 0));
        assertThat(counted.packets() + Objects.requireNonNull(stored.get(SITE))).isEqualTo(MISSES + 2);
    }

    private SiteMap site() {
        return Objects.requireNonNull(bpf).site();
    }

    private void send() {
        Objects.requireNonNull(bpf).program("count_pinned").testRun(NativeBytes.packet(CUSTOMER));
    }

    @Override
    void closeAll() {
        if (bpf != null) {
            bpf.close();
        }
    }
}
