/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.map.EntryTypes;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Explains that a pinned map differs from its definition, and what the user can do.
 *
 * <p>The pin may be of an older or of a newer version of the records. Components that only one side has suggest which one is newer, but
 * prove nothing, because a version may also remove components. So the message says what each remedy loses, and never proposes to remove
 * the pin.
 */
final class PinMismatch {
    private final PinnedMaps maps;
    private final MapDef map;
    private final RawMap raw;
    private final Path path;

    PinMismatch(PinnedMaps maps, MapDef map, RawMap raw, Path path) {
        this.maps = maps;
        this.map = map;
        this.raw = raw;
        this.path = path;
    }

    /** Creates the exception to throw. */
    BpfException exception(String operation, List<String> differences) {
        return new BpfException(operation, explain(differences));
    }

    private String explain(List<String> differences) {
        if (differences.contains(PinComparison.INTERRUPTED_MIGRATION)) {
            return "a migration of the pinned map is under way, or was interrupted after it had copied all entries. If no process"
                    + " migrates it, run migrate again with the version that started it, which completes it; don't remove"
                    + " the pins";
        }
        String origin = maps.schema().origin();
        String found = "the pinned map is not as " + (origin.isEmpty() ? "the records declare" : origin + " declares")
                + ": it has " + String.join("; ", differences) + ". ";
        return hasRecordedLayout() ? found + sizeRemedies() : found + versionRemedies();
    }

    /** Advice for a map of the same records with other sizes at load. */
    private String sizeRemedies() {
        return "Only sizes differ that are set at load: pass the pinned sizes to load(new Sizes()...)"
                + (isMigratable() ? ", or migrate the map to the new sizes, which keeps its entries" : "")
                + "; or pin elsewhere (PinOptions.in), which starts with an empty map and leaves this one";
    }

    /** Advice for a map of another version of the records. */
    private String versionRemedies() {
        ComponentDifference components = components();
        return "Another version of the records created it. " + components.newerSide()
                + " To lose nothing, run the version that created the map; or pin elsewhere (PinOptions.in), which starts with an"
                + " empty map and leaves this one to that version"
                + (isMigratable()
                        ? "; or migrate the map (migrate of its generated class, with Migration.from and the schema text of that"
                                + " version, or with Migration.fromBtf), which keeps its entries"
                                + components.loss() + ", and after which that version can't use it any more"
                        : "");
    }

    /** Compares the names of the components, if the BTF of the pinned maps can be read. */
    private ComponentDifference components() {
        if (map.role() != MapRole.OUTER) {
            return components(raw);
        }
        RawMap sample = maps.samples().find(raw, readOnlyPaths());
        try {
            return components(sample);
        } finally {
            if (sample != null) {
                sample.close();
            }
        }
    }

    private ComponentDifference components(@Nullable RawMap sample) {
        EntryTypes types = sample == null ? null : PinComparison.typesIfAllowed(sample);
        return ComponentDifference.of(maps.schema().contentOf(map).value(), types == null ? null : types.value());
    }

    /** Whether {@code migrate} supports the change of types; for an outer map also of its keys. */
    private boolean isMigratable() {
        MapKind declared = maps.schema().contentOf(map).kind();
        MapShape actual = raw.shape();
        if (map.role() != MapRole.OUTER) {
            return actual.kind().isMigratableTo(declared);
        }
        MapShape outer = MapShape.of(map);
        return actual.kind() == outer.kind()
                && actual.keySize() == outer.keySize()
                && maps.samples()
                        .kind(raw, readOnlyPaths())
                        .filter(old -> old.isMigratableTo(declared))
                        .isPresent();
    }

    /** Whether the map is as the records declare it, apart from sizes that are set at load. */
    private boolean hasRecordedLayout() {
        PinnedMaps recorded = maps.asRecorded();
        return recorded.schema()
                .map(map.name())
                .map(definition -> recorded.differences(definition, raw, readOnlyPaths()))
                .filter(List::isEmpty)
                .isPresent();
    }

    private PinPaths readOnlyPaths() {
        return new PinPaths(path, PinOptions.asDeclared(), PinAccess.READ_ONLY);
    }
}
