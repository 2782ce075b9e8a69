/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.existing;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.map.EntryCTypes;
import dev.nestmap.runtime.internal.map.InnerMapCompatibility;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.pin.InnerMapSampleFinder;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference;
import dev.nestmap.schema.compare.EntryLayoutCheck;
import dev.nestmap.schema.compare.MapLayout;
import dev.nestmap.schema.compare.SchemaComparison;
import dev.nestmap.schema.plan.MapPlan;
import dev.nestmap.schema.text.PinnedMapText;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.OpaqueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares existing maps with a schema: by the shape of a map, and by the text beside its pin, or the map's BTF if it has no text. */
public record ExistingMapCheck(Schema schema, InnerMapSampleFinder samples) {
    private static final String SIZES_ONLY = "only type, sizes and flags were compared with the record, because ";
    private static final String MISREADS = ": if the entries have other fields of the same size, Nestmap misreads them";

    /**
     * The result of a comparison.
     *
     * @param differences the differences between the map and its definition
     * @param gap what could not be compared and why; null if the layout of the entries was compared
     * @param lacksSample whether nothing shows which inner maps this outer map accepts
     */
    public record Verdict(
            List<String> differences, @Nullable String gap, boolean lacksSample) {
        private static final Verdict EQUAL = new Verdict(List.of(), null, false);

        private static Verdict differs(String difference) {
            return new Verdict(List.of(difference), null, false);
        }

        private static Verdict incomplete(String gap) {
            return new Verdict(List.of(), gap, false);
        }
    }

    /**
     * The outer and plain maps of an object file whose layout of entries the object does not state.
     *
     * @param object its types contain those of events that could be compared
     */
    public static Set<String> withoutLayout(Schema records, Schema object) {
        return object.maps().stream()
                .filter(map -> map.role() != MapRole.INNER
                        && lacksLayout(object, map)
                        && !hasEvents(records, object, map.name()))
                .map(MapDef::name)
                .collect(Collectors.toSet());
    }

    private static boolean hasEvents(Schema records, Schema object, String map) {
        return records.map(map)
                .filter(declared -> declared.role() != MapRole.OUTER || declared.definition() != null)
                .map(records::contentOf)
                .filter(content -> content.isStream()
                        && content.value() instanceof NamedType event
                        && object.type(event.name()).isPresent())
                .isPresent();
    }

    private static boolean lacksLayout(Schema object, MapDef map) {
        if (map.role() == MapRole.OUTER && map.definition() == null) {
            return false; // the records define the inner maps
        }
        MapDef content = object.contentOf(map);
        return content.key() instanceof OpaqueType
                || content.value() instanceof OpaqueType
                || (content.isStream() && content.value() == null);
    }

    /**
     * Compares a map with its definition.
     *
     * @param text what the map says about itself; null if it says nothing
     */
    public Verdict of(MapDef map, RawMap raw, @Nullable PinnedMapText text) {
        List<String> differences = shapeDifferences(map, raw.shape());
        boolean isOuter = map.role() == MapRole.OUTER;
        if (!differences.isEmpty() && (!isOuter || raw.shape().kind() != map.kind())) {
            return new Verdict(differences, null, false);
        }
        Verdict entries = text != null ? ofText(map, text) : isOuter ? ofInners(map, raw) : ofEntries(map, raw);
        differences.addAll(entries.differences());
        return new Verdict(differences, entries.gap(), entries.lacksSample());
    }

    /** Compares a map with the text of an earlier one. */
    Verdict ofText(MapDef map, PinnedMapText text) {
        MapDef old = text.definition();
        MapDef content = schema.contentOf(map);
        MapDef oldContent = text.schema().contentOf(old);
        if (isOfOther(map, text)) {
            return Verdict.differs(
                    "the entries of " + text.map() + ", which these records pin elsewhere, so pins were exchanged");
        }
        Optional<String> shape = map.role() == MapRole.OUTER
                ? InnerMapCompatibility.difference(MapShape.of(content), MapShape.of(oldContent))
                : Optional.empty();
        if (shape.isPresent()) {
            return ofInner(content, Verdict.differs(shape.get()));
        }
        CType value = oldContent.value();
        boolean isOfObject = schema.origin().isEmpty(); // which has neither names nor meanings
        if (!schema.isForeign() && !isOfObject) {
            return MapLayout.of(text.schema(), old).equals(MapLayout.of(schema, map))
                    ? Verdict.EQUAL
                    : differs(MapPlan.of(text.schema(), old, schema, map).changes());
        }
        return value == null || content.value() == null
                ? Verdict.EQUAL
                : entryDifference(content, new EntryCTypes(oldContent.key(), value))
                        .map(Verdict::differs)
                        .orElse(Verdict.EQUAL);
    }

    /** Whether the map is another one of the same object, which may have the same layout. A map with another name can be a renamed one. */
    boolean isOfOther(MapDef map, PinnedMapText text) {
        return !text.map().equals(map.name())
                && schema.isOfSameObject(text.schema())
                && schema.map(text.map())
                        .filter(other -> other.role() == map.role())
                        .isPresent();
    }

    private static List<String> shapeDifferences(MapDef map, MapShape actual) {
        MapShape declared = MapShape.of(map);
        List<String> differences = new ArrayList<>();
        InnerMapCompatibility.difference(declared, actual).ifPresent(differences::add);
        boolean lengthCompared =
                declared.kind() == actual.kind() && declared.kind().fixesLength(declared.flags());
        if (map.role() != MapRole.INNER && !lengthCompared && declared.maxEntries() != actual.maxEntries()) {
            differences.add("max_entries " + actual.maxEntries() + " instead of " + declared.maxEntries());
        }
        return differences;
    }

    /** Compares the inner maps of an outer map by one of them. */
    private Verdict ofInners(MapDef outer, RawMap raw) {
        try (RawMap sample = samples.find(raw)) {
            if (sample == null) {
                return new Verdict(
                        List.of(),
                        "nothing was compared with the record, because the outer map holds no inner map that this process may open. If the "
                                + "kernel does not accept the inner maps that the record declares, create fails",
                        true);
            }
            MapDef inner = schema.innerOf(outer);
            return ofInner(
                    inner,
                    InnerMapCompatibility.difference(MapShape.of(inner), sample.shape())
                            .map(Verdict::differs)
                            .orElseGet(() -> ofEntries(inner, sample)));
        }
    }

    private static Verdict ofInner(MapDef inner, Verdict verdict) {
        return new Verdict(
                verdict.differences().stream()
                        .map(difference -> "inner maps that differ from " + inner.name() + ": " + difference)
                        .toList(),
                verdict.gap(),
                false);
    }

    /** Compares the declared layout of the entries with the BTF types that the map was created with. */
    private Verdict ofEntries(MapDef map, RawMap raw) {
        if (map.value() == null && (map.key() == null || map.kind().keyRule().isNumber())) {
            return Verdict.EQUAL;
        }
        EntryCTypes types;
        try {
            types = raw.types();
        } catch (BpfException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            return Verdict.incomplete(
                    SIZES_ONLY + "this process may not read the BTF of the entries (CAP_SYS_ADMIN)" + MISREADS);
        }
        if (types == null) {
            return Verdict.incomplete(SIZES_ONLY + "the kernel has no BTF of the entries" + MISREADS);
        }
        return map.value() == null
                ? Verdict.EQUAL
                : entryDifference(map, types).map(Verdict::differs).orElse(Verdict.EQUAL);
    }

    private Optional<String> entryDifference(MapDef map, EntryCTypes types) {
        if (schema.isForeign()) {
            return foreignDifference(map, types);
        }
        return differs(EntryLayoutCheck.changes(schema, map, types.key(), types.value())).differences().stream()
                .findFirst();
    }

    private static Verdict differs(List<String> changes) {
        return changes.isEmpty()
                ? Verdict.EQUAL
                : Verdict.differs("entries of another layout: " + String.join("; ", changes));
    }

    /** Compares like the load of somebody else's object: the record may read the same bytes in another way. */
    private Optional<String> foreignDifference(MapDef map, EntryCTypes types) {
        List<Difference> differences = SchemaComparison.compare(
                only(entries(map, map.key(), map.value())).asForeign(), only(entries(map, types.key(), types.value())));
        return differences.isEmpty()
                ? Optional.empty()
                : Optional.of("entries that contradict the records: "
                        + differences.stream()
                                .map(difference -> difference.message().replace("in the object", "in the pinned map"))
                                .collect(Collectors.joining("; ")));
    }

    private Schema only(MapDef map) {
        return new Schema(schema.origin(), schema.header(), schema.includes(), schema.types(), List.of(map))
                .withMeanings(schema.meanings());
    }

    private static MapDef entries(MapDef map, @Nullable CType key, @Nullable CType value) {
        return new MapDef(map.name(), MapRole.PLAIN, map.kind(), 1, 0, key, value, null);
    }
}
