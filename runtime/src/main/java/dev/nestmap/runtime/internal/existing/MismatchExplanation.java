/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.existing;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.schema.MapConstantName;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
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
            "pin elsewhere (PinOptions.in), which starts with an empty map and leaves this one; detach"
                    + " the old program first, or both versions count";

    /** Creates the exception for a map that differs from its definition. */
    BpfException exception(List<String> differences) {
        return new BpfException(
                Reason.MISMATCH,
                operation(),
                maps.schema().isForeign() || paths == null ? foreign(differences) : ofVersion(differences));
    }

    /** Creates the exception for an outer map of which nothing shows the inner maps that it accepts. */
    BpfException withoutSample() {
        return new BpfException(
                Reason.MISMATCH,
                operation(),
                "it holds no inner map that this process may open"
                        + ", so Nestmap can't compare its inner maps with "
                        + maps.schema().innerOf(map).name()
                        + ". If their entries have other fields of the same size, Nestmap would misread them. Open the map when it holds"
                        + " an inner map, with CAP_SYS_ADMIN; or accept such maps with PinOptions.withUncomparedInnerMaps()");
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
        return found("pinned map", differences) + (hasRecordedLayout() ? sizeRemedies() : versionRemedies());
    }

    /** Advice for a map of the same records with other sizes at load. */
    private String sizeRemedies() {
        return "Only sizes differ that are set at load: load with the pinned sizes"
                + (isMigratable()
                        ? ", or migrate the map to the new sizes in the load (open().migrate, with drain if programs count)"
                        : "")
                + "; or " + PIN_ELSEWHERE;
    }

    /** Advice for a map of another version of the records. The differences name the components that only one version has. */
    private String versionRemedies() {
        return "Another version of the records created it, or another service that pins its maps at the same path. To lose nothing, run the"
                + " version that created the map. To continue with these records, "
                + (isMigratable() ? migration() : PIN_ELSEWHERE);
    }

    /** The load that converts the map. A copy of an outer map would lose what programs count meanwhile. */
    private String migration() {
        boolean isOuter = map.role() == MapRole.OUTER;
        return "load with open().migrate(Migration.from(text)" + (isOuter ? ".drain(" : ".copy(")
                + MapConstantName.of(map.name())
                + ")), where text is the schema text of the version that created the map (META-INF/bpf in its jar), with a word for each other"
                + " map that has changed; components that these records lack need @Was or @Removed. nestmap compare OLD NEW says what changes."
                + " "
                + (isOuter
                        ? "The drains then pass the entries"
                        : "This copies the entries, but not what programs write after the copy")
                + ", and that version can't use the map any more";
    }

    /** Whether {@code migrate} supports the change of types; for an outer map also of its keys. */
    private boolean isMigratable() {
        MapKind declared = maps.schema().contentOf(map).kind();
        MapShape actual = raw.shape();
        if (map.role() != MapRole.OUTER) {
            return actual.kind().isMigratableTo(declared);
        }
        MapShape outer = MapShape.of(map);
        MapShape inner = maps.innerShape(raw, text);
        return actual.kind() == outer.kind()
                && actual.keySize() == outer.keySize()
                && inner != null
                && inner.kind().isMigratableTo(declared);
    }

    /** Whether the map is as the records declare it, apart from sizes that are set at load. */
    private boolean hasRecordedLayout() {
        ExistingMapFinder recorded = maps.of(maps.recordSchema());
        return recorded.schema()
                .map(map.name())
                .filter(definition ->
                        recorded.check(definition, raw, text).differences().isEmpty())
                .isPresent();
    }
}
