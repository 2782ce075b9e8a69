/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
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

/** Writes the methods by which an accessor binds by itself: to an object, to a pin, or to nothing but the kernel. */
final class OpenMethodsWriter {
    /** The names of the maps of a family, in its accessor. */
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
     * All ways to bind a map with entries by itself.
     *
     * @param sizes what the object leaves to the load
     */
    static List<MethodSpec> ofEntries(EntryMapModel map, ClassName holder, SizesWriter sizes) {
        return new OpenMethodsWriter(map, holder, sizes.of(map), false).methods();
    }

    /**
     * All ways to bind an outer map by itself, or one of a family by its name.
     *
     * @param sizes what the object leaves to the load
     */
    static List<MethodSpec> ofOuter(List<OuterMapModel> family, ClassName holder, SizesWriter sizes) {
        OpenMethodsWriter binding = new OpenMethodsWriter(family.get(0), holder, sizes.of(family), family.size() > 1);
        List<MethodSpec> methods = binding.methods();
        methods.addAll(binding.create());
        return methods;
    }

    private List<MethodSpec> methods() {
        List<MethodSpec> methods = new ArrayList<>();
        if (map.map().role() != MapRole.INNER) {
            methods.add(in());
        }
        methods.add(openPinned(
                        "The pinned map at a path, to be read and written, once it is known to be as declared. It takes no"
                                + " object file.\n")
                .addParameter(Path.class, "pin")
                .addStatement("return openPinned($L)", passedOn(List.of(PIN, CodeBlock.of("$T.READ_WRITE", ACCESS))))
                .build());
        methods.add(openPinned(
                        "The pinned map at a path, once it is known to be as declared. For {@link $T#READ_ONLY} it takes no"
                                + " privileges but to read the pin.\n",
                        ACCESS)
                .addParameter(Path.class, "pin")
                .addParameter(ACCESS, "access")
                .addStatement("return $T.SPEC.openPinned($L, pin, access, $T::new)", holder, name(), owned())
                .build());
        if (isMigrated()) {
            methods.add(migrate());
            if (sizes.isAsked()) {
                methods.add(migrateSized());
            }
        }
        return methods;
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
                        "Puts a map as it is declared, with the same entries, in the place of a pinned one that a version"
                                + " before left. Does nothing where there is none, and when it was done before. End what uses the"
                                + " old map first: what is written to it meanwhile is not in the new one.\n\n")
                .addParameter(Path.class, "pin");
        return migrate(method, CodeBlock.of("$T.SPEC", holder));
    }

    /** What was said at load before is said anew. */
    private MethodSpec migrateSized() {
        MethodSpec.Builder method = method("migrate", MIGRATED)
                .addJavadoc(
                        "The same, to maps of another size. A size that is not said stays as it is, and so does that of an inner"
                                + " map that was created with one of its own.\n\n")
                .addJavadoc("@param sizes how large the new maps are: what is in the old ones has to fit\n")
                .addParameter(Path.class, "pin");
        return migrate(sizes.withSizes(method), sizes.spec(CodeBlock.of("$T.SPEC", holder)));
    }

    private MethodSpec migrate(MethodSpec.Builder method, CodeBlock spec) {
        return method.addJavadoc("@param options who may open the new pins\n")
                .addJavadoc("@param migration what became of each component\n")
                .addJavadoc(
                        "@throws $T when it can't be migrated, with all that is in the way; then it is as it was\n",
                        RuntimeClasses.BPF_EXCEPTION)
                .addParameter(OPTIONS, "options")
                .addParameter(MIGRATION, "migration")
                .addStatement("return $L.migrate($L, pin, options, migration)", spec, name())
                .build();
    }

    private List<MethodSpec> create() {
        CodeBlock spec = sizes.spec(CodeBlock.of("$T.SPEC", holder));
        List<CodeBlock> arguments = new ArrayList<>(List.of(PIN));
        arguments.addAll(sizes.passedOn());
        arguments.add(CodeBlock.of("$T.asDeclared()", OPTIONS));
        String pinned = "A new, empty map that other processes, and objects, find by its pin.\n";
        return List.of(
                sizes.withSizes(create("A new, empty map that is in no object.\n"))
                        .addStatement("return $L.newMap($L, $T::new)", spec, name(), owned())
                        .build(),
                sizes.withSizes(create(pinned).addParameter(Path.class, "pin"))
                        .addStatement("return create($L)", passedOn(arguments))
                        .build(),
                sizes.withSizes(create(pinned)
                                .addJavadoc("\n@param options who may open the pin\n")
                                .addParameter(Path.class, "pin"))
                        .addParameter(OPTIONS, "options")
                        .addStatement("return $L.newMap($L, pin, options, $T::new)", spec, name(), owned())
                        .build());
    }

    private MethodSpec.Builder create(String javadoc) {
        return method("create", owned()).addJavadoc(javadoc);
    }

    private MethodSpec.Builder openPinned(String javadoc, Object... args) {
        return method("openPinned", owned()).addJavadoc(javadoc, args);
    }

    private MethodSpec in() {
        String javadoc = "of any loaded object, once it is known to be as declared.\n";
        CodeBlock what = isFamily
                ? CodeBlock.of("One of {@link #$L} $L", MAPS, javadoc)
                : CodeBlock.of("The map {@code $L} $L", map.map().name(), javadoc);
        MethodSpec.Builder method = MethodSpec.methodBuilder("in")
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .addJavadoc(what)
                .returns(map.accessor())
                .addParameter(RuntimeClasses.api("LoadedObject"), "object");
        if (isFamily) {
            method.addParameter(String.class, MAP);
        }
        return method.addStatement("return bind($T.SPEC, object, $L, $T::new)", holder, name(), map.accessor())
                .build();
    }

    private MethodSpec.Builder method(String name, ClassName result) {
        MethodSpec.Builder method = MethodSpec.methodBuilder(name)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .returns(result);
        return isFamily ? method.addParameter(String.class, MAP) : method;
    }

    /** What says which map it is, in a call of the spec. */
    private CodeBlock name() {
        return isFamily
                ? CodeBlock.of("$T.member($L, $L)", RuntimeClasses.MAP_FAMILY, MAPS, MAP)
                : CodeBlock.of("$S", map.map().name());
    }

    /** The arguments of a call of an overload: which map of a family it is, and these. */
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
