/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.tests.kernel.Pinned.Flow;
import dev.nestmap.tests.kernel.PinnedBpf;
import dev.nestmap.tests.kernel.PinnedBpf.CustomerMap;
import dev.nestmap.tests.kernel.PinnedBpf.FlowMap;
import dev.nestmap.tests.kernel.PinnedBpf.SiteMap;
import dev.nestmap.tests.toolchain.NativeBytes;
import dev.nestmap.untyped.UntypedMap;
import dev.nestmap.untyped.UntypedOuterMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Pinned maps with known counts, in a directory of their own, and what was drained from them. */
final class PinnedScene extends FaultScene {
    private static final Pattern SAVED_IDENTITY = Pattern.compile("^\\{\"identity\":\"([^\"]+)\"");
    private static final Pattern SAVED_PACKETS = Pattern.compile("\"packets\":([0-9]+)");
    private static final Map<Long, Long> COUNTS = Map.of(42L, 7L, 43L, 11L);

    private final Path object;
    private final PinOptions pins;
    private final Map<String, Long> drained = new HashMap<>();
    private @Nullable Path ledger;
    private @Nullable PinnedBpf bpf;

    /** @param directory where the maps are pinned; it does not exist yet */
    PinnedScene(Path directory, Path object) {
        super(directory);
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

    /** Opens the outer map and its inner maps as the commands do, which know no record. */
    void openUntyped() {
        try (UntypedOuterMap outer = Objects.requireNonNull(UntypedOuterMap.openPinned(pin(), pins))) {
            outer.decodeKey(outer.keys().get(0));
        }
        try (UntypedMap.Owned outer = Objects.requireNonNull(UntypedMap.openPinned(pin(), MapAccess.READ_ONLY))) {
            for (UntypedMap.Entry slot : outer) {
                int id = NativeBytes.read(slot.value()).getInt();
                Objects.requireNonNull(outer.openInner(id)).close();
            }
        }
    }

    /** Fills two inner maps, and creates two empty ones. */
    void fillAndCreate() {
        fill();
        customers().createAll(List.of(7L, 8L));
    }

    void fillAndClose() {
        fill();
        closeAll();
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
    void readDrained(Path file) throws IOException {
        for (String line : Files.readAllLines(file)) {
            int space = line.lastIndexOf(' ');
            count(line.substring(0, space), Long.parseLong(line.substring(space + 1)));
        }
    }

    /** Reads the maps that the command {@code nestmap drain} has saved. Returns their number. */
    int readSaved(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        for (String line : lines) {
            String identity = SAVED_IDENTITY
                    .matcher(line)
                    .results()
                    .findFirst()
                    .orElseThrow()
                    .group(1);
            long packets = SAVED_PACKETS
                    .matcher(line)
                    .results()
                    .mapToLong(field -> Long.parseLong(field.group(1)))
                    .sum();
            count(identity, packets);
        }
        return lines.size();
    }

    /** Leaves an inner map like a process that was killed before it could drain it. */
    void leaveWaiting(long key) {
        FlowMap flows = Objects.requireNonNull(customers().get(key));
        RawMap map = Objects.requireNonNull(new KernelMapFactory().open(flows.id()));
        new KernelPins().pin(map, directory.resolve("acme/now/customer-draining/" + key + "-" + flows.id()), pins);
        map.close();
        customers().discard(key);
    }

    /**
     * Counts what displaced maps hold, and acknowledges them. Maps that can't be read wait in the outer map. A map whose pin can't be removed
     * can come again, but counts once.
     */
    void drain(List<? extends Displaced<?, FlowMap>> maps) {
        try {
            maps.forEach(this::countAndAcknowledge);
        } catch (BpfException e) {
            maps.forEach(Displaced::close);
            throw new FaultyOperation.LaterException(e);
        }
    }

    private void countAndAcknowledge(Displaced<?, FlowMap> map) {
        String identity = map.identity().text();
        long packets = packets(map.map());
        count(identity, packets);
        Path file = ledger;
        if (file != null) {
            try {
                Files.writeString(file, identity + " " + packets + "\n", StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        map.acknowledge();
    }

    private void count(String identity, long packets) {
        Long before = drained.put(identity, packets);
        assertThat(before == null || before == packets)
                .as("a displaced map changed from %s to %s", before, packets)
                .isTrue();
    }

    /** Drains what waits and what is in slots. */
    void drainAll() {
        recover();
        drain(customers().rotateAll(customers().keys()));
        drain(sites().rotateAll(sites().keys()));
    }

    /** Requires that each packet was drained once, or read from a file. */
    void requireAllDrained() {
        assertThat(drained.values().stream().mapToLong(Long::longValue).sum())
                .as("packets drained %s", drained)
                .isEqualTo(COUNTS.values().stream().mapToLong(Long::longValue).sum());
    }

    /** Gives the pins and their directories to a user. */
    void giveTo(int user) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.toList()) {
                Files.setAttribute(file, "unix:uid", user);
            }
        }
    }

    void recover() {
        drain(customers().waitingTickets());
        drain(sites().waitingTickets());
    }

    private static long packets(FlowMap flows) {
        long[] packets = new long[1];
        flows.forEach(flow -> packets[0] += flow.packets());
        return packets[0];
    }

    /** Loads the object anew, as the next process does, and requires that each packet is counted once. */
    void requireExactCounts() {
        closeAll();
        load();
        recover();
        Map<Integer, Long> inSlots = new HashMap<>();
        customers().forEach((id, flows) -> inSlots.put(flows.id(), packets(flows)));
        sites().forEach((site, flows) -> inSlots.put(flows.id(), packets(flows)));
        closeAll();
        assertThat(Stream.of(inSlots.values(), drained.values())
                        .flatMap(Collection::stream)
                        .mapToLong(Long::longValue)
                        .sum())
                .as("packets in slots %s and drained %s", inSlots, drained)
                .isEqualTo(COUNTS.values().stream().mapToLong(Long::longValue).sum());
    }

    /** Closes the object if it is open. */
    @Override
    void closeAll() {
        PinnedBpf loaded = bpf;
        if (loaded != null) {
            loaded.close();
            bpf = null;
        }
    }
}
