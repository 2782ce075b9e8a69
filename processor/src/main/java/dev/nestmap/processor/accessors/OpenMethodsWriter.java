/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.MapModel;
import dev.nestmap.processor.model.OuterMapModel;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;

/** Writes the static methods that find a map in an object, open it by its pin or id, migrate it or create a new map. */
final class OpenMethodsWriter {
    /** The constant with the names of several outer maps that share an accessor. */
    static final String MAPS = "MAPS";

    private static final ClassName ACCESS = RuntimeClasses.PIN_ACCESS;
    private static final ClassName OPTIONS = RuntimeClasses.PIN_OPTIONS;
    private static final String MAP = "map";
    private static final CodeBlock PIN = CodeBlock.of("pin");

    private static final ClassName MIGRATION = RuntimeClasses.MIGRATION;
    private static final ClassName MIGRATED = RuntimeClasses.MIGRATED;

    private final MapModel map;
    private final ClassName holder;
    private final SizesWriter sizes;
    private final boolean isFamily;

    private OpenMethodsWriter(MapModel map, ClassName holder, SizesWriter sizes, boolean isFamily) {
        this.map = map;
        this.holder = holder;
        this.sizes = sizes;
        this.isFamily = isFamily;
    }

    /**
     * The methods for a map with entries.
     *
     * @param sizes the sizes that the object leaves to load time
     */
    static List<MethodSpec> ofEntries(EntryMapModel map, ClassName holder, SizesWriter sizes) {
        return new OpenMethodsWriter(map, holder, sizes.of(map), false).methods();
    }

    /**
     * The methods for the outer maps of one record. If there are several, each method takes the name of one.
     *
     * @param sizes the sizes that the object leaves to load time
     */
    static List<MethodSpec> ofOuter(List<OuterMapModel> family, ClassName holder, SizesWriter sizes) {
        OpenMethodsWriter writer = new OpenMethodsWriter(family.get(0), holder, sizes.of(family), family.size() > 1);
        List<MethodSpec> methods = writer.methods();
        methods.addAll(writer.newMap());
        return methods;
    }

    private List<MethodSpec> methods() {
        List<MethodSpec> methods = new ArrayList<>();
        if (map.map().role() != MapRole.INNER) {
            methods.add(in());
        }
        methods.addAll(openMethods());
        methods.add(openById());
        if (isMigrated()) {
            methods.add(migrate());
            if (sizes.hasSizes()) {
                methods.add(migrateSized());
            }
        }
        return methods;
    }

    /** The overloads of {@code openPinned}: with a path, with an access too, and with options too. */
    private List<MethodSpec> openMethods() {
        String refusal = "@throws $T if no map is pinned there, or if it differs from the declaration\n";
        String withAccess =
                "Opens the map that is pinned at a path. With {@link $T#READ_ONLY}, the caller needs no privilege apart from"
                        + " permission to read the pin.\n\n"
                        + mapTag();
        String options = "@param options the users that may own and change the pins, and the permissions of new pins\n";
        CodeBlock readWrite = CodeBlock.of("$T.READ_WRITE", ACCESS);
        CodeBlock asDeclared = CodeBlock.of("$T.asDeclared()", OPTIONS);
        return List.of(
                openPinned(
                                "Opens the map that is pinned at a path, for reading and writing. Needs no object file.\n\n"
                                        + mapTag() + refusal,
                                RuntimeClasses.BPF_EXCEPTION)
                        .addParameter(Path.class, "pin")
                        .addStatement("return openPinned($L)", passedOn(List.of(PIN, readWrite)))
                        .build(),
                openPinned(withAccess + refusal, ACCESS, RuntimeClasses.BPF_EXCEPTION)
                        .addParameter(Path.class, "pin")
                        .addParameter(ACCESS, "access")
                        .addStatement(
                                "return openPinned($L)", passedOn(List.of(PIN, CodeBlock.of("access"), asDeclared)))
                        .build(),
                openPinned(withAccess + options + refusal, ACCESS, RuntimeClasses.BPF_EXCEPTION)
                        .addParameter(Path.class, "pin")
                        .addParameter(ACCESS, "access")
                        .addParameter(OPTIONS, "options")
                        .addStatement(
                                "return $T.SPEC.openPinned($L, pin, access, options, $T::new)", holder, name(), owned())
                        .build());
    }

    private MethodSpec openById() {
        return method("openById", owned())
                .addJavadoc(
                        "Opens the map with an id, for reading and writing. Needs no object file. A map that Nestmap has pinned has more"
                                + " pins beside it, which only {@code openPinned} keeps up to date.\n\n"
                                + mapTag()
                                + "@param id the kernel's id of the map, as {@code bpftool map} shows it\n"
                                + "@throws $T if there is no such map, if it differs from the declaration, or if this process lacks"
                                + " CAP_SYS_ADMIN\n",
                        RuntimeClasses.BPF_EXCEPTION)
                .addParameter(TypeName.INT, "id")
                .addStatement("return $T.SPEC.openById($L, id, $T::new)", holder, name(), owned())
                .build();
    }

    /** Inner maps are migrated with the outer map that holds them. */
    private boolean isMigrated() {
        MapRole role = map.map().role();
        MapDef content = map instanceof OuterMapModel outer ? outer.inner().map() : map.map();
        return (role == MapRole.OUTER || role == MapRole.PLAIN)
                && content.kind().isCopyable();
    }

    private MethodSpec migrate() {
        MethodSpec.Builder method = method("migrate", MIGRATED)
                .addJavadoc(
                        "Migrates the map that a previous version pinned: replaces it with a map of the current declaration that"
                                + " has the same entries. Does nothing if no map is pinned at the path, or if the map is migrated"
                                + " already. First stop every program and process that writes to the old map: the new map lacks"
                                + " what they write during the migration.\n\n"
                                + mapTag())
                .addParameter(Path.class, "pin");
        return migrate(method, CodeBlock.of("$T.SPEC", holder));
    }

    /** {@code migrate} with sizes. Without them, a pinned map keeps its size. */
    private MethodSpec migrateSized() {
        MethodSpec.Builder method = method("migrate", MIGRATED)
                .addJavadoc(
                        "Like the method without {@code sizes}, but also changes the sizes of the maps. A size that is not set"
                                + " stays as it is. So does the size of an inner map that was created with a size of its"
                                + " own.\n\n"
                                + mapTag())
                .addJavadoc("@param sizes sizes of the new maps; the entries of the old maps must fit\n")
                .addParameter(Path.class, "pin");
        return migrate(sizes.withSizes(method), sizes.spec(CodeBlock.of("$T.SPEC", holder)));
    }

    private MethodSpec migrate(MethodSpec.Builder method, CodeBlock spec) {
        return method.addJavadoc("@param options permissions and owner of the new pins\n")
                .addJavadoc("@param migration how components of the previous version become components of this one\n")
                .addJavadoc(
                        "@throws $T if the map can't be migrated; the message lists every reason, and the pinned map stays as it was\n",
                        RuntimeClasses.BPF_EXCEPTION)
                .addParameter(OPTIONS, "options")
                .addParameter(MIGRATION, "migration")
                .addStatement("return $L.migrate($L, pin, options, migration)", spec, name())
                .build();
    }

    private List<MethodSpec> newMap() {
        CodeBlock spec = sizes.spec(CodeBlock.of("$T.SPEC", holder));
        List<CodeBlock> arguments = new ArrayList<>(List.of(PIN));
        arguments.addAll(sizes.passedOn());
        arguments.add(CodeBlock.of("$T.asDeclared()", OPTIONS));
        String pinned =
                "Creates an empty outer map and pins it at a path, where other processes and objects find it.\n\n"
                        + mapTag();
        String exists = "@throws $T if something is pinned there already\n";
        return List.of(
                sizes.withSizes(newMap("Creates an empty outer map that belongs to no loaded object.\n"
                                + (isFamily ? "\n" : "") + mapTag()))
                        .addStatement("return $L.newMap($L, $T::new)", spec, name(), owned())
                        .build(),
                sizes.withSizes(newMap(pinned + exists, RuntimeClasses.BPF_EXCEPTION)
                                .addParameter(Path.class, "pin"))
                        .addStatement("return newMap($L)", passedOn(arguments))
                        .build(),
                sizes.withSizes(newMap(pinned)
                                .addJavadoc("@param options permissions and owner of the new pin\n")
                                .addJavadoc(exists, RuntimeClasses.BPF_EXCEPTION)
                                .addParameter(Path.class, "pin"))
                        .addParameter(OPTIONS, "options")
                        .addStatement("return $L.newMap($L, pin, options, $T::new)", spec, name(), owned())
                        .build());
    }

    private MethodSpec.Builder newMap(String javadoc, Object... args) {
        return method("newMap", owned()).addJavadoc(javadoc, args);
    }

    private MethodSpec.Builder openPinned(String javadoc, Object... args) {
        return method("openPinned", owned()).addJavadoc(javadoc, args);
    }

    private MethodSpec in() {
        CodeBlock what = isFamily
                ? CodeBlock.of("a map")
                : CodeBlock.of("the map {@code $L}", map.map().name());
        MethodSpec.Builder method = MethodSpec.methodBuilder("in")
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .addJavadoc(
                        "Finds $L in a loaded object.\n\n"
                                + mapTag()
                                + "@throws $T if the object has no such map, or if it differs from the declaration\n",
                        what,
                        RuntimeClasses.BPF_EXCEPTION)
                .returns(map.accessor())
                .addParameter(RuntimeClasses.api("LoadedObject"), "object");
        if (isFamily) {
            method.addParameter(String.class, MAP);
        }
        return method.addStatement("return bind($T.SPEC, object, $L, $T::new)", holder, name(), map.accessor())
                .build();
    }

    /** Describes the parameter that {@link #method} adds. */
    private String mapTag() {
        return isFamily ? "@param map the name of the map, one of {@link #MAPS}\n" : "";
    }

    private MethodSpec.Builder method(String name, ClassName result) {
        MethodSpec.Builder method = MethodSpec.methodBuilder(name)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .returns(result);
        return isFamily ? method.addParameter(String.class, MAP) : method;
    }

    /** The map's name, as an argument for the spec. */
    private CodeBlock name() {
        return isFamily
                ? CodeBlock.of("$T.member($L, $L)", RuntimeClasses.MAP_FAMILY, MAPS, MAP)
                : CodeBlock.of("$S", map.map().name());
    }

    /** The arguments for an overload: these, after the name of the map if it is one of several. */
    private CodeBlock passedOn(List<CodeBlock> others) {
        List<CodeBlock> arguments = new ArrayList<>();
        if (isFamily) {
            arguments.add(CodeBlock.of(MAP));
        }
        arguments.addAll(others);
        return CodeBlock.join(arguments, ", ");
    }

    private ClassName owned() {
        return OwnedHandleWriter.nameOf(map.accessor());
    }
}
