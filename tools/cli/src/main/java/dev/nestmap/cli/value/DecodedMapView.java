/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.value;

import dev.nestmap.cli.console.SafeText;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.schema.MapKind;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.BtfValue;
import dev.nestmap.untyped.UntypedMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The view of a map in commands: its description, and its entries with the names of their fields, as far as BTF has them. */
public final class DecodedMapView {
    /** Types whose entries exist from the start. Most of them are zeros, which tell nothing. */
    private static final Set<String> ARRAYS = Set.of("ARRAY", "PERCPU_ARRAY");

    private final UntypedMap map;

    /** Why BTF can't be read; null if it can. */
    private @Nullable String withoutBtf;

    /**
     * An entry of a map. Without BTF, its parts are untyped bytes.
     *
     * @param key the key
     * @param values the value; for a per-CPU map, the value of each CPU
     * @param isPerCpu whether it is of a per-CPU map, also on a machine with one CPU
     */
    public record Row(BtfValue key, List<BtfValue> values, boolean isPerCpu) {
        /** The values of all CPUs that are not zero, or that no type describes. The first one if there are none. */
        public List<BtfValue> used() {
            List<BtfValue> used = values.stream()
                    .filter(value -> value.isUntyped() || !MapBytesReader.isZero(value.bytes()))
                    .toList();
            return used.isEmpty() ? values.subList(0, 1) : used;
        }
    }

    /**
     * The numbers of entries.
     *
     * @param all all entries
     * @param zeros entries of an array that are not shown, because all their bytes are 0
     */
    public record Counts(long all, long zeros) {
        /** The entries that can be shown. */
        public long used() {
            return all - zeros;
        }
    }

    public DecodedMapView(UntypedMap map) {
        this.map = map;
    }

    public UntypedMap map() {
        return map;
    }

    /** The name, whole if it is known. */
    public String name() {
        try {
            return SafeText.visible(map.declaredName());
        } catch (BpfException e) {
            return SafeText.visible(map.name());
        }
    }

    /** Why names and types can't be read; null if they can. */
    @Nullable
    public String withoutBtf() {
        return withoutBtf;
    }

    /** Reads a key by BTF. */
    public BtfValue key(ByteString key) {
        BtfValue decoded = decoded(() -> map.decodeKey(key));
        return decoded == null ? BtfValue.untyped(key) : decoded;
    }

    /** Reads the value of each CPU by BTF. */
    public List<BtfValue> value(ByteString value) {
        List<BtfValue> decoded = decoded(() -> map.decodeValue(value));
        return decoded == null || decoded.isEmpty() ? split(value) : decoded;
    }

    private <T> @Nullable T decoded(Supplier<@Nullable T> decoder) {
        if (withoutBtf == null) {
            try {
                return decoder.get();
            } catch (BpfException e) {
                withoutBtf = e.getMessage();
            }
        }
        return null;
    }

    /** The value of each CPU. They are padded to 8 bytes. */
    private List<BtfValue> split(ByteString value) {
        int cpus = map.valuesPerEntry();
        byte[] all = value.toBytes();
        List<BtfValue> values = new ArrayList<>(cpus);
        for (int cpu = 0; cpu < cpus; cpu++) {
            int at = all.length / cpus * cpu;
            values.add(BtfValue.untyped(ByteString.of(Arrays.copyOfRange(all, at, at + map.valueSize()))));
        }
        return values;
    }

    /** Throws if a command can't show the entries of this map. The kernel refuses other types itself. */
    private void requireEntries() {
        String why = switch (map.type()) {
            case "QUEUE", "STACK" ->
                "a reader takes the entries out of a " + map.type() + ", so the command reads none";
            case "RINGBUF", "USER_RINGBUF" -> "the events of a " + map.type() + " can be read only by its own reader";
            default -> "";
        };
        if (!why.isEmpty()) {
            throw BpfException.of(Reason.NOT_SUPPORTED, "reading of " + map.name())
                    .because(why);
        }
    }

    /** Counts the entries; of an array, those that are not zero. */
    public long count() {
        return ARRAYS.contains(map.type()) ? forEach(0, row -> {}).used() : map.count();
    }

    /**
     * Passes entries to an action, and counts all.
     *
     * @param limit the largest number of entries for the action
     */
    public Counts forEach(long limit, Consumer<Row> action) {
        requireEntries();
        AtomicLong all = new AtomicLong();
        AtomicLong zeros = new AtomicLong();
        boolean array = ARRAYS.contains(map.type());
        boolean isPerCpu = MapKind.valueOf(map.type()).isPerCpu();
        map.forEach((UntypedMap.Entry entry) -> {
            all.incrementAndGet();
            if (array && MapBytesReader.isZero(entry.value())) {
                zeros.incrementAndGet();
            } else if (all.get() - zeros.get() <= limit) { // the others are counted, and decoding them would take time
                action.accept(new Row(key(entry.key()), value(entry.value()), isPerCpu));
            }
        });
        return new Counts(all.get(), zeros.get());
    }
}
