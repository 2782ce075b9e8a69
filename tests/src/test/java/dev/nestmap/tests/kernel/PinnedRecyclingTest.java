/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.kernel.Pinned.Flow;
import dev.nestmap.tests.kernel.PinnedBpf.CustomerMap;
import dev.nestmap.tests.kernel.PinnedBpf.FlowMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/**
 * An inner map of a pinned outer map, which other processes can open, is recycled only if nobody else can use it. A second object in this
 * process is like another process: it has its own descriptors and knows nothing of the first one's changes.
 */
@KernelTest
@Timeout(60)
@Tag("jdk-independent")
class PinnedRecyclingTest extends PinningTest {
    private static final long SEED = Long.getLong("nestmap.seed", System.nanoTime());
    private static final int SLOTS = 8;
    private static final int ROTATIONS = 500;

    /** So many that the creation of a map takes longer than the search for maps that nobody else uses. */
    private static final int ENTRIES = 1 << 15;

    private PinnedBpf bpf;

    @BeforeEach
    void load() {
        bpf = PinnedBpf.open(BpfObjects.of("pinned")).pins(pins).load();
        for (long slot = 0; slot < SLOTS; slot++) {
            bpf.customer().create(slot);
            try (FlowMap.Owned large = bpf.customer().detached(ENTRIES)) {
                discardDisplaced(bpf.customer().swap(slot, large));
            }
        }
    }

    @AfterEach
    void close() {
        bpf.close();
    }

    @Test
    void aDrainedMapIsUsedAgain() {
        Set<Integer> ids = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            try (DrainedMap<FlowMap> drainedTicket =
                    DrainedMap.of(requireNonNull(bpf.customer().rotate(1)))) {
                FlowMap drained = drainedTicket.map();
                ids.add(drained.id());
            }
        }

        assertThat(ids).hasSizeLessThan(10); // how many come back depends on the time that searches take
        assertThat(bpf.customer().expert().spareCount()).isLessThanOrEqualTo(1);
        assertThat(bpf.customer().waitingCount()).isZero();
        assertThat(bpf.customer().waitingTickets()).isEmpty();
    }

    @Test
    void manyMapsAreUsedAgain() {
        List<Long> all = LongStream.range(0, SLOTS).boxed().toList();
        Set<Integer> ids = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            DrainedMap.drainEach(bpf.customer().rotateAll(all), (key, map) -> ids.add(map.id()));
        }
        assertThat(ids).hasSizeLessThan(5 * SLOTS);
    }

    @Test
    void aMapThatAnotherProcessHasOpenIsNotUsedAgain() {
        try (RawMap other = open(requireNonNull(bpf.customer().get(1)).id())) {
            requireNonNull(bpf.customer().rotate(1)).acknowledge();
            for (int i = 0; i < 5; i++) {
                try (DrainedMap<FlowMap> drainedTicket =
                        DrainedMap.of(requireNonNull(bpf.customer().rotate(1)))) {
                    FlowMap drained = drainedTicket.map();
                    assertThat(drained.id()).isNotEqualTo(other.id());
                }
            }
        }
    }

    /** The other process has the map open when it is closed here, writes to it, and closes it before the next rotation. */
    @Test
    void whatAnotherProcessWroteIsNotInTheNextSlot() {
        int id;
        try (RawMap other = open(requireNonNull(bpf.customer().get(1)).id())) {
            id = other.id();
            requireNonNull(bpf.customer().rotate(1)).acknowledge();
            OffHeapBlock entry = OffHeapBlock.allocate(24);
            entry.bytes().putInt(0, 443).putLong(8, 7);
            assertThat(other.update(entry, 0, 8, RawMap.ANY)).isZero();
        }

        requireNonNull(bpf.customer().rotate(2)).acknowledge();

        FlowMap next = requireNonNull(bpf.customer().get(2));
        assertThat(next.id()).isEqualTo(id);
        assertThat(next).isEmpty();
    }

    @Test
    void whatItsOwnerLeftIsNotInTheNextSlot() {
        FlowMap before = requireNonNull(bpf.customer().get(1));
        before.put(new Flow(443, 1, 2));
        int id = before.id();
        requireNonNull(bpf.customer().rotate(1)).acknowledge();

        requireNonNull(bpf.customer().rotate(2)).acknowledge();

        assertThat(requireNonNull(bpf.customer().get(2)).id()).isEqualTo(id);
        assertThat(bpf.customer().get(2, 443)).isNull();
    }

    /** Each map has one entry with the number of its slot while it is in the slot. */
    @Test
    void anotherProcessSeesTheEntriesOfTheirSlotsOnly(TestReporter reporter) throws Exception {
        reporter.publishEntry("nestmap.seed", Long.toString(SEED));
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<Integer> reader = threads.submit(() -> readUntil(over, new Random(SEED + 1)));
            Future<Integer> opener = threads.submit(() -> openUntil(over, new Random(SEED + 2)));
            Random random = new Random(SEED);
            Set<Integer> ids = new HashSet<>();
            for (int i = 0; i < ROTATIONS; i++) {
                long slot = random.nextInt(SLOTS);
                try (DrainedMap<FlowMap> drainedTicket =
                        DrainedMap.of(requireNonNull(bpf.customer().rotate(slot)))) {
                    FlowMap drained = drainedTicket.map();
                    ids.add(drained.id());
                    drained.forEach(flow ->
                            assertThat(flow.packets()).as("seed " + SEED).isEqualTo(slot));
                }
                requireNonNull(bpf.customer().get(slot)).put(new Flow(443, slot, 0));
            }
            over.set(true);
            int found = reader.get(30, TimeUnit.SECONDS) + opener.get(30, TimeUnit.SECONDS);
            reporter.publishEntry("entries found, maps", found + ", " + ids.size());
            assertThat(ids).as("seed " + SEED).hasSizeLessThan(ROTATIONS);
        } finally {
            over.set(true);
            threads.shutdown();
        }
    }

    /** Keeps the maps open that it has found. */
    private int readUntil(AtomicBoolean over, Random random) {
        int found = 0;
        try (CustomerMap.Owned customers =
                PinnedBpf.CUSTOMER_MAP.openPinned(fs.path("acme/customer"), MapAccess.READ_WRITE)) {
            while (!over.get()) {
                found += read(customers, random.nextInt(SLOTS));
            }
        }
        return found;
    }

    /** Opens the outer map each time, so that it always has to open the inner map. */
    private int openUntil(AtomicBoolean over, Random random) {
        int found = 0;
        while (!over.get()) {
            try (CustomerMap.Owned customers =
                    PinnedBpf.CUSTOMER_MAP.openPinned(fs.path("acme/customer"), MapAccess.READ_WRITE)) {
                found += read(customers, random.nextInt(SLOTS));
            }
        }
        return found;
    }

    private static int read(CustomerMap customers, long slot) {
        Flow flow = customers.get(slot, 443);
        if (flow == null) {
            return 0;
        }
        assertThat(flow.packets()).as("seed " + SEED).isEqualTo(slot);
        return 1;
    }

    private static RawMap open(int id) {
        return requireNonNull(new KernelMapFactory().open(id));
    }
}
