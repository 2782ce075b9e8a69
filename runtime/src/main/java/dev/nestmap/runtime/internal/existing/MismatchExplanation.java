/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.existing;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.PinFormat;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.EntryCTypes;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.pin.InnerMapSampleFinder;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.schema.MapConstantName;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Explains why an existing map is not the declared map, and names the remedies.
 *
 * <p>The pin of a nest may belong to an older or a newer version of the records. Components that only one side has suggest which version is
 * newer, but prove nothing, because a version may also remove components. So the message states the losses of each remedy, and never
 * proposes to remove the pin. For a third-party map, it names the command that writes a matching record.
 *
 * @param paths the paths of the pins beside its pin; null if it was opened by its id
 * @param all the pinned maps that the records declare for the same load
 */
record MismatchExplanation(
        ExistingMapFinder maps,
        MapDef map,
        RawMap raw,
        @Nullable PinPaths paths,
        List<ExistingMapFinder.DeclaredMap> all) {
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
                        + (paths == null ? "" : ", and no prototype is pinned beside it")
                        + ", so Nestmap can't compare its inner maps with "
                        + maps.schema().innerOf(map).name()
                        + ". If their entries have other fields of the same size, Nestmap would misread them. Open the map when it holds"
                        + " an inner map, with CAP_SYS_ADMIN; or accept such maps with PinOptions.withUncomparedInnerMaps()"
                        + removal());
    }

    /** An outer map without inner maps has no counts, unless maps wait beside its pin, or programs have recorded keys that they missed. */
    private String removal() {
        if (paths == null
                || Stream.of(paths.inners(), paths.draining(), paths.retired())
                        .anyMatch(directory -> !maps.pins().list(directory).isEmpty())
                || maps.pins().exists(paths.requests())) {
            return "";
        }
        for (BatchScan scan = new BatchScan(raw); scan.next(); ) {
            if (scan.batch().count() > 0) {
                return "";
            }
        }
        return "; or, because it is empty and no count is lost, end the processes that use it, and remove the pin (rm "
                + paths.outer() + "), so that the next load pins a new map";
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
        return "Only sizes differ that are set at load: keep the pinned sizes with Sizes.keepPinned()"
                + (isMigratable()
                        ? ", or migrate the map to the new sizes in the load (open().migrate, with drain if programs count)"
                        : "")
                + "; or " + PIN_ELSEWHERE;
    }

    /** Advice for a map of another version of the records. */
    private String versionRemedies() {
        CType declared = maps.schema().contentOf(map).value();
        CType pinned = pinnedValue();
        List<String> onlyPinned = missing(pinned, declared);
        List<String> onlyDeclared = missing(declared, pinned);
        String run = "run the version that created the map";
        String other = isMigratable() ? migration(onlyPinned) : PIN_ELSEWHERE;
        boolean isPinnedNewer = !onlyPinned.isEmpty() && onlyDeclared.isEmpty();
        return "Another version of the records created it, or another service that pins its maps at the same path. "
                + newerSide(onlyPinned, onlyDeclared)
                + (isPinnedNewer || !isMigratable()
                        ? " To lose nothing, " + run + ". Or " + other
                        : " To continue with these records, " + other + ". Or " + run);
    }

    /** The load that converts the maps that have changed. */
    private String migration(List<String> onlyPinned) {
        boolean isOuter = map.role() == MapRole.OUTER;
        String without = onlyPinned.isEmpty() ? "" : " without " + list(onlyPinned);
        String words = all.stream()
                .filter(this::hasChanged)
                .map(changed -> word(changed.map()))
                .collect(Collectors.joining());
        return "load with open().migrate(Migration.from(text)" + (words.isEmpty() ? word(map) : words)
                + "), where text is the schema text of the version that created the map (META-INF/bpf in its jar)"
                + (onlyPinned.isEmpty() ? "" : ", and add drop or rename for " + list(onlyPinned))
                + ". nestmap compare OLD NEW prints the same lines. "
                + (isOuter
                        ? "The drains then pass the entries" + without
                        : "This copies the entries" + without + ", but not what programs write after the copy")
                + ", and that version can't use the map any more. A migrate without a load loses what programs count meanwhile";
    }

    /** A copy of an outer map would lose what programs count meanwhile. */
    private static String word(MapDef map) {
        return (map.role() == MapRole.OUTER ? ".drain(" : ".copy(") + MapConstantName.of(map.name()) + ")";
    }

    /** Whether this version would reject a pinned map. */
    private boolean hasChanged(ExistingMapFinder.DeclaredMap declared) {
        if (declared.map().name().equals(map.name())) {
            return true;
        }
        try (RawMap pinned = PinFormat.open(
                maps.pins(), declared.paths().outer(), declared.paths().access())) {
            return pinned != null
                    && !maps.check(declared.map(), pinned, declared.paths())
                            .differences()
                            .isEmpty();
        }
    }

    /** The type of the values in the pinned map; null if this process can't read it. */
    private @Nullable CType pinnedValue() {
        boolean isOuter = map.role() == MapRole.OUTER;
        RawMap sample = isOuter ? maps.samples().find(raw, paths) : raw;
        if (sample == null) {
            return null;
        }
        try {
            EntryCTypes types = InnerMapSampleFinder.ifAllowed(sample::types);
            return types == null ? null : types.value();
        } finally {
            if (isOuter) {
                sample.close();
            }
        }
    }

    /** The names of the components that only the first of two structs has. Empty if one of the types is unknown or no struct. */
    private static List<String> missing(@Nullable CType from, @Nullable CType in) {
        List<String> names = new ArrayList<>();
        if (from instanceof StructType ours && in instanceof StructType theirs) {
            ours.fields().stream()
                    .map(Field::name)
                    .filter(name -> !name.isEmpty())
                    .forEach(names::add);
            names.removeAll(theirs.fields().stream().map(Field::name).toList());
        }
        return names;
    }

    /** Says which side is probably newer, because a new version usually adds components. */
    private static String newerSide(List<String> onlyPinned, List<String> onlyDeclared) {
        if (onlyPinned.isEmpty() == onlyDeclared.isEmpty()) {
            return (onlyPinned.isEmpty()
                            ? ""
                            : "Only the pinned map has " + list(onlyPinned) + ", only the records have "
                                    + list(onlyDeclared) + ". ")
                    + "Nestmap can't tell which of the two is newer.";
        }
        return onlyPinned.isEmpty()
                ? "Only the records have " + list(onlyDeclared) + ", so they are probably newer than the pinned map."
                : "Only the pinned map has " + list(onlyPinned) + ", so it is probably newer than the records.";
    }

    private static String list(List<String> names) {
        return "`" + String.join("`, `", names) + "`";
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
                        .kind(raw, paths)
                        .filter(old -> old.isMigratableTo(declared))
                        .isPresent();
    }

    /** Whether the map is as the records declare it, apart from sizes that are set at load. */
    private boolean hasRecordedLayout() {
        ExistingMapFinder recorded = maps.of(maps.recordSchema());
        return recorded.schema()
                .map(map.name())
                .filter(definition ->
                        recorded.check(definition, raw, paths).differences().isEmpty())
                .isPresent();
    }
}
