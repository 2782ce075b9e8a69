/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.LayoutFingerprint;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.Compared;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.OpaqueType;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds out how much of a map could be compared with its record. Logs it if a part could not be compared. */
public record ComparisonScope(Schema schema, InnerMapSamples samples) {
    private static final String SIZES_ONLY = "only type, sizes and flags were compared with the record";
    private static final String MISREADS = ": if the entries have other fields of the same size, Nestmap misreads them";

    /** How much of each outer and plain map of an object file can be compared with its record, by name. */
    public static Map<String, Compared> ofObject(Schema object) {
        Map<String, Compared> compared = new HashMap<>();
        object.maps().stream()
                .filter(map -> map.role() != MapRole.INNER)
                .forEach(map -> compared.put(map.name(), ofObject(object, map)));
        return compared;
    }

    private static Compared ofObject(Schema object, MapDef map) {
        if (map.role() == MapRole.OUTER && map.definition() == null) {
            return Compared.LAYOUT; // the records define the inner maps
        }
        MapDef content = object.contentOf(map);
        boolean hasSizesOnly = content.key() instanceof OpaqueType
                || content.value() instanceof OpaqueType
                || (content.isStream() && content.value() == null);
        return hasSizesOnly ? Compared.SIZES : Compared.LAYOUT;
    }

    /**
     * How much of an existing map was compared with its record. Logs it if a part could not be compared.
     *
     * @param map the declaration of the map, which the map has been compared with
     * @param paths the paths of the pins beside its pin; null if it was not opened by a pin
     * @param place where the map was found, for the log
     */
    public Compared ofExisting(MapDef map, RawMap raw, @Nullable PinPaths paths, String place) {
        if (map.role() != MapRole.OUTER) {
            return ofEntries(map, raw, place + " as map " + map.name() + ": ");
        }
        String start = place + " as map " + map.name() + ": of its inner maps, ";
        RawMap sample = samples.find(raw, paths);
        if (sample == null) {
            return ofEmpty(map, raw, start);
        }
        try {
            return LayoutFingerprint.isOne(sample.shape().name())
                    ? Compared.LAYOUT
                    : ofEntries(schema.innerOf(map), sample, start);
        } finally {
            sample.close();
        }
    }

    private static Compared ofEntries(MapDef map, RawMap raw, String start) {
        boolean hasFields = map.value() != null
                || (map.key() != null && !map.kind().keyRule().isNumber());
        if (!hasFields) {
            return Compared.LAYOUT;
        }
        try {
            if (raw.types() != null) {
                return Compared.LAYOUT;
            }
            log(map, start, SIZES_ONLY + ", because the kernel has no BTF of the entries" + MISREADS);
        } catch (BpfException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            log(
                    map,
                    start,
                    SIZES_ONLY + ", because this process may not read the BTF of the entries (CAP_SYS_ADMIN)"
                            + MISREADS);
        }
        return Compared.SIZES;
    }

    private Compared ofEmpty(MapDef map, RawMap raw, String start) {
        MapDef inner = schema.innerOf(map);
        boolean isAccepted = samples.factory().prototype(raw) != null
                || SlotProbe.accepts(samples.factory(), raw, inner).orElse(false);
        if (isAccepted) {
            log(inner, start, SIZES_ONLY + ", because the outer map holds none that this process may open" + MISREADS);
            return Compared.SIZES;
        }
        log(
                inner,
                start,
                "nothing was compared with the record: the outer map holds none that this process may open, and reading which ones"
                        + " the kernel accepts requires CAP_BPF and CAP_PERFMON. If the kernel accepts others than the record"
                        + " declares, create fails");
        return Compared.OUTER_MAP;
    }

    private static void log(MapDef map, String start, String what) {
        WarningLog.RUNTIME.informOnce(map.name() + ": " + what, start + what);
    }
}
