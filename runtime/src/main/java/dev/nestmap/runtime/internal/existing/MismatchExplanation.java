/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.existing;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.text.PinnedMapText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Explains why an existing map is not the declared map, and names the remedies.
 *
 * <p>The pin of a nest may belong to an older or a newer version of the records. So the message states the losses of each remedy, begins with the one
 * that loses nothing, and never proposes to remove the pin. For a third-party map, it names the command that writes a matching record.
 *
 * @param paths the paths of the pins beside its pin; null if it was opened by its id
 * @param text what the map says about itself; null if it says nothing
 */
record MismatchExplanation(
        ExistingMapFinder maps,
        MapDef map,
        RawMap raw,
        @Nullable PinPaths paths,
        @Nullable PinnedMapText text) {
    private static final String PIN_ELSEWHERE =
            "pin elsewhere (PinOptions.in): you then start with an empty map, and this map stays. Detach the old program first, or both"
                    + " versions count";

    /** Creates the exception for a map that differs from its definition. */
    BpfException exception(List<String> differences) {
        return BpfException.of(Reason.MISMATCH, operation())
                .because(maps.schema().isForeign() || paths == null ? foreign(differences) : ofVersion(differences));
    }

    /** Creates the exception for an outer map of which nothing shows the inner maps that it accepts. */
    BpfException withoutSample() {
        return BpfException.of(Reason.MISMATCH, operation())
                .because(ErrorTable.message(
                        "INNERS_ARE_NOT_COMPARED", maps.schema().innerOf(map).name()));
    }

    private String operation() {
        return "opening of the "
                + (paths == null ? "map with id " + Integer.toUnsignedString(raw.id()) : "pin " + paths.outer())
                + " as map " + map.name();
    }

    private String found(String what, List<String> differences) {
        String origin = maps.schema().origin();
        return "the " + what + " is not as " + (origin.isEmpty() ? "the records declare" : origin + " declares")
                + ": it has " + String.join("; ", differences) + ". ";
    }

    private String foreign(List<String> differences) {
        String source = paths == null ? "--id " + Integer.toUnsignedString(raw.id()) : "--pin " + paths.outer();
        return found("map", differences) + "Correct the record (nestmap import " + source
                + " --package P writes one that fits), or open another map.";
    }

    private String ofVersion(List<String> differences) {
        String found = found("pinned map", differences);
        if (text != null && maps.isVersionOf(map, text)) {
            return found
                    + "Another version of the records has pinned it. To lose nothing, run that version, or let a load of this version upgrade"
                    + " the map, which converts or keeps its entries (open().pins(...).load(), without PinOptions.withoutUpgrade())";
        }
        String lossless = " To lose nothing, run that version. To continue with these records, " + PIN_ELSEWHERE;
        return found
                + (text == null
                        ? "Other software has pinned it, and a load upgrades only maps that Nestmap has pinned."
                                + lossless
                        : "It is of the object " + text.schema().header() + " ("
                                + text.schema().origin()
                                + "), and a load upgrades only maps of its own object. If this object had that name before, write was = \""
                                + text.schema().header()
                                + "\" in its @BpfObject. If both objects share the map, load that one first."
                                + lossless);
    }
}
