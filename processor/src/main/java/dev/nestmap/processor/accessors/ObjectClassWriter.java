/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.model.DeclaredInnerMapModel;
import dev.nestmap.processor.model.MapModel;
import dev.nestmap.processor.model.ObjectModel;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.schema.MapRole;
import java.nio.file.Path;
import javax.lang.model.element.Modifier;

/** Writes the class of an object, which has an accessor for each of its maps. */
final class ObjectClassWriter {
    private static final String PINS = "@param pins the directory of pins, and permissions and owner of new pins\n";

    private static final CodeBlock SPEC = CodeBlock.of("SPEC");

    private ObjectClassWriter() {}

    static TypeSpec.Builder write(ObjectModel object, ClassName name) {
        String file = object.header() + ".bpf.o";
        MethodSpec.Builder constructor = MethodSpec.constructorBuilder()
                .addModifiers(Modifier.PRIVATE)
                .addParameter(RuntimeClasses.BOUND_OBJECT, "object")
                .addStatement("super(object)");
        TypeSpec.Builder type = TypeSpec.classBuilder(name)
                .addModifiers(Modifier.FINAL)
                .superclass(RuntimeClasses.api("LoadedObject"))
                .addJavadoc("The maps and programs of {@code $L}, which {@link $T} declares.\n", file, object.origin())
                .addFields(SpecWriter.fields(name, object));
        for (MapModel map : object.maps()) {
            if (map.map().role() != MapRole.INNER) {
                addMap(type, constructor, map);
            }
        }
        object.declaredInners().forEach(declared -> addDeclaredInner(type, constructor, declared));
        type.addMethod(constructor.build());
        SizesWriter sizes = SizesWriter.of(object);
        sizes.declareIn(type);
        addLoads(type, object, sizes, name, file);
        return type.addMethod(sizes.withSizes(factory(name, "inMemory"))
                .addJavadoc("Creates the maps in the Java heap, for tests without privileges. There are no programs.\n")
                .addStatement("return $L.inMemory($T::new)", sizes.spec(SPEC), name)
                .build());
    }

    private static void addLoads(
            TypeSpec.Builder type, ObjectModel object, SizesWriter sizes, ClassName name, String file) {
        String fromClassPath = "Loads {@code META-INF/bpf/" + file
                + "} from the class path into the kernel. If a part fails, nothing stays loaded.\n";
        String fromFile =
                "Loads an object file into the kernel. If a part fails, nothing stays loaded.\n\n@param object path of the file\n";
        type.addMethod(sizes.withSizes(factory(name, "load"))
                .addJavadoc(fromClassPath)
                .addStatement("return $L.load($T::new)", sizes.spec(SPEC), name)
                .build());
        type.addMethod(sizes.withSizes(factory(name, "load").addParameter(Path.class, "object"))
                .addJavadoc(fromFile)
                .addStatement("return $L.load(object, $T::new)", sizes.spec(SPEC), name)
                .build());
        if (object.maps().stream().anyMatch(map -> map.pin().isPresent())) {
            type.addMethod(sizes.withSizes(factory(name, "load"))
                    .addJavadoc(fromClassPath + "\n" + PINS)
                    .addParameter(RuntimeClasses.PIN_OPTIONS, "pins")
                    .addStatement("return $L.load(pins, $T::new)", sizes.spec(SPEC), name)
                    .build());
            type.addMethod(sizes.withSizes(factory(name, "load").addParameter(Path.class, "object"))
                    .addJavadoc(fromFile + PINS)
                    .addParameter(RuntimeClasses.PIN_OPTIONS, "pins")
                    .addStatement("return $L.load(object, pins, $T::new)", sizes.spec(SPEC), name)
                    .build());
        }
    }

    private static void addMap(TypeSpec.Builder type, MethodSpec.Builder constructor, MapModel map) {
        String name = map.map().name();
        add(type, constructor, map.member(), map.accessor(), name, CodeBlock.of("Returns the map {@code $L}.\n", name));
    }

    private static void addDeclaredInner(
            TypeSpec.Builder type, MethodSpec.Builder constructor, DeclaredInnerMapModel declared) {
        String name = declared.map().name();
        CodeBlock javadoc = CodeBlock.of(
                "Returns the inner map {@code $L}, which {@link $T} puts into a slot when the object is loaded. The handle stays with"
                        + " this map, whichever slot holds it now.\n",
                name,
                declared.outer());
        add(type, constructor, declared.member(), declared.accessor(), name, javadoc);
    }

    private static void add(
            TypeSpec.Builder type,
            MethodSpec.Builder constructor,
            String member,
            ClassName accessor,
            String map,
            CodeBlock javadoc) {
        type.addField(accessor, member, Modifier.PRIVATE, Modifier.FINAL);
        constructor.addStatement("this.$L = new $T(object.map($S))", member, accessor, map);
        type.addMethod(MethodSpec.methodBuilder(member)
                .addModifiers(Modifier.PUBLIC)
                .addJavadoc(javadoc)
                .returns(accessor)
                .addStatement("return $L", member)
                .build());
    }

    private static MethodSpec.Builder factory(ClassName name, String method) {
        return MethodSpec.methodBuilder(method)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .returns(name);
    }
}
