/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.tests.kernel.Pinned.Flow;
import dev.nestmap.tests.kernel.PinnedBpf;
import dev.nestmap.tests.kernel.PinnedBpf.CustomerMap;
import dev.nestmap.tests.kernel.PinnedBpf.FlowMap;
import dev.nestmap.tests.kernel.PinnedBpf.SiteMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Pinned maps with known counts, in a directory of their own, and what was drained from them. */
final class PinnedScene implements FaultScene {
    private static final Map<Long, Long> COUNTS = Map.of(42L, 7L, 43L, 11L);

    private final Path directory;
    private final Path object;
    private final PinOptions pins;
    private final Map<String, Long> drained = new HashMap<>();
    private final List<FlowMap.Owned> waiting = new ArrayList<>();
    private @Nullable Path ledger;
    private @Nullable PinnedBpf bpf;

    /** @param directory where the maps are pinned; it does not exist yet */
    PinnedScene(Path directory, Path object) {
        this.directory = directory;
        this.object = object;
        this.pins = PinOptions.in(directory);
    }

    PinOptions pins() {
        return pins;
    }

    /** The pin of the outer map. */
    Path pin() {
        return directory.resolve("acme/customer");
    }

    /** Path of the reader that {@code PIN_READER} pins. */
    Path reader() {
        return directory.resolve("readers/customer");
    }

    void loadAndClose() {
        PinnedBpf.open(object).pins(pins).load().close();
    }

    /** Loads the object, which stays open, and fills two inner maps. */
    void fill() {
        load();
        customers().createAll(COUNTS.keySet(), (id, flows) -> {
            long packets = Objects.requireNonNull(COUNTS.get(id));
            flows.put(new Flow(443, packets, packets));
        });
    }

    /** Fills two inner maps, and creates two empty ones. */
    void fillAndCreate() {
        fill();
        customers().createAll(List.of(7L, 8L));
    }

    void fillAndClose() {
        fill();
        closeObject();
    }

    /** Loads the object, which stays open. */
    void load() {
        bpf = PinnedBpf.open(object).pins(pins).load();
    }

    CustomerMap customers() {
        return Objects.requireNonNull(bpf).customer();
    }

    SiteMap sites() {
        return Objects.requireNonNull(bpf).site();
    }

    /** Writes what is drained to a file, which survives this process. */
    void writeDrained(Path file) {
        ledger = file;
    }

    /** Reads what another process has drained. */
    void readDrained(Path file) {
        try {
            for (String line : Files.readAllLines(file)) {
                int space = line.lastIndexOf(' ');
                count(line.substring(0, space), Long.parseLong(line.substring(space + 1)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves an inner map like a process that was killed before it could drain it. */
    void leaveUndrained(long key) {
        FlowMap flows = Objects.requireNonNull(customers().get(key));
        RawMap map = Objects.requireNonNull(new KernelMapFactory().open(flows.id()));
        new KernelPins().pin(map, directory.resolve("acme/customer-draining/" + key + "-" + flows.id()), pins);
        map.close();
        customers().discard(key);
    }

    /**
     * Counts what displaced maps hold, and closes them. Maps that can't be read wait for the next attempt. A map that can't be closed can
     * come again, but counts once.
     */
    void drain(Collection<FlowMap.Owned> maps) {
        waiting.addAll(maps);
        try {
            while (!waiting.isEmpty()) {
                countAndClose(waiting.get(0));
            }
        } catch (BpfException e) {
            throw new FaultyOperation.LaterException(e);
        }
    }

    private void countAndClose(FlowMap.Owned map) {
        String identity = String.valueOf(Objects.requireNonNullElse(map.identity(), map.id()));
        long packets = packets(map);
        count(identity, packets);
        waiting.remove(map);
        Path file = ledger;
        if (file != null) {
            try {
                Files.writeString(file, identity + " " + packets + "\n", StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        map.close();
    }

    private void count(String identity, long packets) {
        Long before = drained.put(identity, packets);
        assertThat(before == null || before == packets)
                .as("a displaced map changed from %s to %s", before, packets)
                .isTrue();
    }

    void recover() {
        drain(customers().recoverUndrained().maps());
        drain(sites().recoverUndrained().maps());
    }

    private static long packets(FlowMap flows) {
        long[] packets = new long[1];
        flows.forEach(flow -> packets[0] += flow.packets());
        return packets[0];
    }

    /** Loads the object anew, as the next process does, and requires that each packet is counted once. */
    void requireExactCounts() {
        drain(List.of());
        closeObject();
        load();
        recover();
        Map<Integer, Long> inSlots = new HashMap<>();
        customers().forEach((id, flows) -> inSlots.put(flows.id(), packets(flows)));
        sites().forEach((site, flows) -> inSlots.put(flows.id(), packets(flows)));
        closeObject();
        assertThat(Stream.of(inSlots.values(), drained.values())
                        .flatMap(Collection::stream)
                        .mapToLong(Long::longValue)
                        .sum())
                .as("packets in slots %s and drained %s", inSlots, drained)
                .isEqualTo(COUNTS.values().stream().mapToLong(Long::longValue).sum());
    }

    /** Does the same with the records that the maps were migrated to. */
    void requireExactCountsAfterMigration() {
        closeObject();
        try (PinnedLaterBpf.CustomerMap.Owned customers = PinnedLaterBpf.CUSTOMER_MAP.openPinned(pin())) {
            COUNTS.forEach((id, packets) ->
                    assertThat(customers.get(id, 443)).isEqualTo(new PinnedLater.Flow(443, packets, packets, 0)));
        }
    }

    @Override
    public List<String> content() {
        return FaultScene.files(directory).stream()
                .filter(file -> !file.contains("-draining/"))
                .toList();
    }

    /** Closes the object if it is open. */
    void closeObject() {
        PinnedBpf loaded = bpf;
        if (loaded != null) {
            loaded.close();
            bpf = null;
        }
    }

    @Override
    public void close() {
        closeObject();
        FaultScene.remove(directory);
    }
}
