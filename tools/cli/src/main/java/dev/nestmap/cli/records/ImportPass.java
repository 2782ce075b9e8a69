/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.header.ReservedNames;
import dev.nestmap.lint.Finding;
import dev.nestmap.schema.CNameConverter;
import dev.nestmap.schema.InitialSlot;
import dev.nestmap.schema.LostEventMap;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.UncountedMap;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.OpaqueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One attempt to write all maps that are not left out. */
final class ImportPass {
    private final ImportRequest request;
    private final Schema actual;
    private final Map<String, MapDef> byName;

    /** Why a map is left out, by its name. It has the maps of earlier attempts too. */
    private final Map<String, String> leftOut;

    private final UniqueJavaNames names = new UniqueJavaNames();
    private final ClassName top;
    private final JavaTypeWriter types;
    private final MapRecordWriter maps;
    private final Map<String, MapRecordWriter.Written> written = new LinkedHashMap<>();
    private final Map<String, String> recordNames = new HashMap<>();
    private final List<Finding> differences = new ArrayList<>();
    /** The maps that have a definition of inner maps, by the definition. */
    private final Map<String, List<MapDef>> like = new HashMap<>();

    /** More maps than an object of a person has. */
    private static final int MOST_MAPS = 2000;

    /** @param leftOut why a map is left out, by its name. The attempt adds the maps that it can't write */
    ImportPass(ImportRequest request, Map<String, String> leftOut) {
        this.request = request;
        this.actual = request.schema();
        this.byName =
                actual.maps().stream().collect(Collectors.toMap(MapDef::name, map -> map, (first, second) -> first));
        this.leftOut = leftOut;
        boolean isMap = actual.maps().stream()
                .anyMatch(map -> UniqueJavaNames.camel(map.name()).equals(UniqueJavaNames.camel(request.objectName())));
        String className = names.type(request.objectName() + (isMap ? "_maps" : ""));
        names.take(className + "Bpf");
        this.top = ClassName.get(request.packageName(), className);
        this.types = new JavaTypeWriter(top, names, new CNameKeeper(request));
        this.maps = new MapRecordWriter(types, request.hasHeader());
    }

    /** Writes the records, and finds out which of them contradict the object. */
    void run() {
        List<MapDef> all = definitions();
        all.removeIf(this::isLikeInnerMaps);
        for (MapDef map : all) {
            String name = map.role() == MapRole.INNER ? MapRecordWriter.baseName(map) : map.name();
            recordNames.put(map.name(), names.type(name));
            types.uses().addKey(map.key());
            types.uses().addValue(event(map) == null ? map.value() : event(map));
        }
        all.forEach(this::write);
        for (MapDef map : generated()) {
            MapRecordWriter.Written own = written.get(map.name());
            if (own != null && isSame(own, map)) {
                written.remove(map.name());
            }
        }
        check();
    }

    /** Whether the record of inner maps declares the map. A stream whose events have a type of its own has a record of its own. */
    private boolean isLikeInnerMaps(MapDef map) {
        String definition = map.definition();
        if (map.role() != MapRole.INSTANCE
                || definition == null
                || leftOut.containsKey(definition)
                || request.events().containsKey(map.name())) {
            return false;
        }
        try {
            requireDeclarable(map);
            like.computeIfAbsent(definition, unused -> new ArrayList<>()).add(map);
        } catch (InexpressibleException e) {
            leaveOut(map, e.reason());
        }
        return true;
    }

    /** The maps to write. An inner map precedes the outer maps that hold it. */
    private List<MapDef> definitions() {
        List<MapDef> all = new ArrayList<>();
        for (MapDef map : actual.maps()) {
            if (leftOut.containsKey(map.name())) {
                continue;
            }
            if (all.size() >= MOST_MAPS) {
                leaveOut(map, "import writes the first " + MOST_MAPS + " maps only");
                continue;
            }
            ImportRequest.Inner inner = request.inners().get(map.name());
            String name = innerName(map.name());
            if (map.role() == MapRole.OUTER
                    && map.definition() == null
                    && inner != null
                    && !leftOut.containsKey(name)) {
                all.add(new MapDef(
                        name,
                        MapRole.INNER,
                        inner.kind(),
                        0,
                        inner.kind().requiredFlags(),
                        inner.key(),
                        inner.value(),
                        null));
            }
            all.add(map);
        }
        return all;
    }

    /** The name of the definition of inner maps that the user states with {@code --inner}. A definition that can't be read has it too. */
    static String innerName(String outer) {
        return outer + ".inner";
    }

    private @Nullable CType event(MapDef map) {
        CType own = request.events().get(map.name());
        boolean isOfDefinition = own == null && map.role() == MapRole.INSTANCE && map.definition() != null;
        CType event = isOfDefinition ? request.events().get(map.definition()) : own;
        // The kernel gets no type for a stream, but many objects name the type of its events in BTF.
        boolean isNamed = map.isStream() && !(map.value() instanceof OpaqueType);
        return event == null && isNamed ? map.value() : event;
    }

    private void write(MapDef map) {
        try {
            written.put(map.name(), written(map));
        } catch (InexpressibleException e) {
            leaveOut(map, e.reason());
        }
    }

    private MapRecordWriter.Written written(MapDef map) throws InexpressibleException {
        requireDeclarable(map);
        if (!map.kind().isSupported()) {
            throw new InexpressibleException(
                    "no record can declare a " + map.kind().cName());
        }
        if (map.role() == MapRole.INNER && !map.kind().canBeInner()) {
            throw new InexpressibleException(
                    "it is a " + map.kind().cName() + ", which the kernel does not accept as an inner map (ENOTSUPP)");
        }
        String name = String.valueOf(recordNames.get(map.name()));
        if (map.role() == MapRole.OUTER) {
            return outer(map, name);
        }
        CType event = event(map);
        String base = map.role() == MapRole.INNER ? MapRecordWriter.baseName(map) : map.name();
        List<String> others = like.getOrDefault(map.name(), List.of()).stream()
                .map(MapDef::name)
                .toList();
        return maps.entries(map, name, base, event, others);
    }

    private void requireDeclarable(MapDef map) throws InexpressibleException {
        if (map.role() == MapRole.INNER) {
            return;
        }
        if (!CNameConverter.isIdentifier(map.name())) {
            throw new InexpressibleException("its name is not a C identifier, so no record can name it");
        }
        requireAllowedInC(map.name());
    }

    private void requireAllowedInC(String name) throws InexpressibleException {
        boolean isReserved = ReservedNames.isReserved(name) || ReservedNames.isLibraryFunction(name);
        if (request.hasHeader() && isReserved) {
            throw new InexpressibleException("C has another meaning for the name " + name
                    + ", so a generated header can't define it: leave out --header, or rename it in C");
        }
    }

    private MapRecordWriter.Written outer(MapDef map, String name) throws InexpressibleException {
        String definition = map.definition() == null ? innerName(map.name()) : map.definition();
        MapRecordWriter.Written inner = written.get(definition);
        String unreadable = request.unreadable().get(definition);
        if (inner == null && unreadable != null && !request.inners().containsKey(map.name())) {
            throw new InexpressibleException("the definition of its inner maps can't be read: " + unreadable
                    + "; to import it with inner maps of another type, state this type with --inner " + map.name()
                    + "=KEY,VALUE,TYPE");
        }
        if (inner == null) {
            String reason = leftOut.get(definition);
            throw new InexpressibleException(
                    reason == null
                            ? "the object does not define its inner maps: state their key and value with --inner "
                                    + map.name() + "=KEY,VALUE"
                            : "the definition of its inner maps, " + definition + ", can't be written: " + reason);
        }
        if (unreadable != null) {
            differences.add(ImportedRecords.differs(
                    map.name(),
                    "its inner maps have the type that --inner states, because their definition in the object can't be read: "
                            + unreadable + "; Nestmap can't load this object"));
        }
        return maps.outer(map, name, inner.declared(), inner.record().name());
    }

    private void check() {
        ImportedRecordCheck check = new ImportedRecordCheck(request, byName);
        for (MapRecordWriter.Written map : written.values()) {
            MapDef declared = map.declared();
            String definition = declared.definition();
            MapRecordWriter.Written held = definition == null ? null : written.get(definition);
            MapDef inner = held == null ? null : held.declared();
            Optional<String> rejection = check.rejection(declared, inner);
            rejection.ifPresent(reason -> leaveOut(declared, reason));
            if (rejection.isEmpty()) {
                remark(check, declared, inner);
                instances(declared).forEach(instance -> remark(check, instance, inner == null ? declared : inner));
            }
        }
    }

    private void remark(ImportedRecordCheck check, MapDef declared, @Nullable MapDef inner) {
        check.remark(declared, inner)
                .ifPresent(reason -> differences.add(ImportedRecords.differs(declared.name(), reason)));
        slots(declared);
        MapDef content = declared.role() == MapRole.OUTER && inner != null ? inner : declared;
        if (declared.role() != MapRole.INNER && content.isStream() && content.value() == null) {
            String definition = declared.definition() == null ? declared.name() : declared.definition();
            differences.add(ImportedRecords.differs(
                    declared.name(),
                    "BTF does not contain the type of its events, so the record has no components: state the type with --event "
                            + definition + "=TYPE, such as the tag of a struct"));
        }
    }

    private void slots(MapDef declared) {
        List<InitialSlot> slots = Optional.ofNullable(byName.get(declared.name()))
                .filter(found -> request.hasHeader() && found.role() != MapRole.INSTANCE)
                .map(MapDef::slots)
                .orElse(List.of());
        if (!slots.isEmpty()) {
            MapDef target = byName.get(slots.get(0).target());
            String call = declared.kind().holdsPrograms()
                    ? "put(%d, %s)"
                    : target != null && target.isReadOnlyToPrograms() ? "share(%d, %s)" : "create(%d)";
            differences.add(ImportedRecords.differs(
                    declared.name(),
                    "its slots are empty after a load, because a header has no initial values (.values): fill them in Java with "
                            + String.format(
                                    Locale.ROOT,
                                    call,
                                    slots.get(0).index(),
                                    slots.get(0).target())
                            + " and so on"));
        }
    }

    /** The maps without a separate record: those that the record of inner maps declares. */
    private Stream<MapDef> instances(MapDef declared) {
        return like.getOrDefault(declared.name(), List.of()).stream()
                .map(other -> declared.declaredInner(other.name()));
    }

    /** The maps that the header has because of others: what programs could not count. A record of such a map would declare it twice. */
    private List<MapDef> generated() {
        List<MapDef> maps = new ArrayList<>();
        for (MapRecordWriter.Written map :
                request.hasHeader() ? written.values() : List.<MapRecordWriter.Written>of()) {
            MapDef declared = map.declared();
            MapRecordWriter.Written inner = written.get(String.valueOf(declared.definition()));
            if (LostEventMap.isCounted(declared)) {
                maps.add(LostEventMap.of(declared));
            } else if (declared.role() == MapRole.OUTER && inner != null && UncountedMap.canCount(inner.declared())) {
                maps.add(UncountedMap.of(declared));
            }
        }
        return maps;
    }

    private static boolean isSame(MapRecordWriter.Written written, MapDef generated) {
        MapDef map = written.declared();
        return map.kind() == generated.kind()
                && map.maxEntries() == generated.maxEntries()
                && map.flags() == generated.flags()
                && Objects.equals(generated.key(), map.key())
                && Objects.equals(generated.value(), map.value());
    }

    private void leaveOut(MapDef map, String reason) {
        leftOut.putIfAbsent(map.name(), reason);
    }

    /** The name of the interface around the records. */
    ClassName interfaceName() {
        return top;
    }

    /** The structs, unions and enums that the maps use. */
    List<TypeSpec> types() {
        return types.declarations();
    }

    /** The records of the maps. */
    List<TypeSpec> records() {
        return written.values().stream().map(MapRecordWriter.Written::record).toList();
    }

    /** Notes for the user about maps that differ or are left out. */
    List<Finding> remarks() {
        List<Finding> all = new ArrayList<>(differences);
        types.unknownEnums().stream().map(ImportedRecords::unknown).forEach(all::add);
        Set<String> held = actual.maps().stream()
                .filter(map -> map.role() == MapRole.INNER)
                .map(MapDef::name)
                .collect(Collectors.toSet());
        actual.maps().stream()
                .filter(map -> map.role() == MapRole.OUTER && map.definition() == null)
                .forEach(outer -> held.add(innerName(outer.name())));
        // The reason why a definition can't be written is in the remark about its outer map.
        leftOut.forEach((map, reason) -> {
            if (!held.contains(map)) {
                all.add(ImportedRecords.leftOut(map, reason));
            }
        });
        return all;
    }
}
