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
import javax.lang.model.element.Modifier;

/** Writes the class of an object, which has an accessor for each of its maps and variables. */
final class ObjectClassWriter {
    private ObjectClassWriter() {}

    static TypeSpec.Builder write(ObjectModel object, ClassName name) {
        String file = object.schema().header() + ".bpf.o";
        MethodSpec.Builder constructor = MethodSpec.constructorBuilder()
                .addModifiers(Modifier.PRIVATE)
                .addParameter(RuntimeClasses.OBJECT_BINDING, "object")
                .addStatement("super(object)");
        TypeSpec.Builder type = TypeSpec.classBuilder(name)
                .addModifiers(Modifier.FINAL)
                .superclass(RuntimeClasses.api("LoadedObject"))
                .addJavadoc("The maps and programs of {@code $L}, which {@link $T} declares.\n", file, object.origin());
        SizesWriter sizes = SizesWriter.of(object);
        MapConstantWriter declared = new MapConstantWriter(type, name, object, sizes);
        object.globals().forEach(global -> new GlobalMemberWriter(global).addCodec(type));
        for (MapModel map : object.maps()) {
            String constant = declared.add(map);
            if (map.map().role() != MapRole.INNER) {
                String member = map.member();
                String cName = map.map().name();
                String field =
                        addMember(type, map.accessor(), member, CodeBlock.of("Returns the map {@code $L}.\n", cName));
                constructor.addStatement("this.$L = map($L)", field, constant);
            }
        }
        object.declaredInners().forEach(inner -> addDeclaredInner(type, constructor, inner));
        object.globals().forEach(global -> new GlobalMemberWriter(global).addTo(type, constructor));
        object.programs().forEach(program -> new ProgramMemberWriter(program).addTo(type));
        type.addMethod(constructor.build());
        sizes.declareIn(type);
        new LoadMethodsWriter(object, name, sizes).addTo(type);
        return type;
    }

    private static void addDeclaredInner(
            TypeSpec.Builder type, MethodSpec.Builder constructor, DeclaredInnerMapModel declared) {
        String name = declared.map().name();
        CodeBlock javadoc = CodeBlock.of(
                "Returns the map {@code $L}, which is like the inner maps that {@link $T} declares.\n",
                name,
                declared.declaredBy());
        String field = addMember(type, declared.accessor(), declared.member(), javadoc);
        constructor.addStatement("this.$L = new $T(object.map($S))", field, declared.accessor(), name);
    }

    /** Adds the method that returns a map or variable, and its field. Returns the name of the field. */
    static String addMember(TypeSpec.Builder type, ClassName accessor, String member, CodeBlock javadoc) {
        String field = CommonMemberFactory.freeName(CommonMemberFactory.variable(member), type);
        type.addField(accessor, field, Modifier.PRIVATE, Modifier.FINAL);
        type.addMethod(CommonMemberFactory.method(member, accessor, Modifier.PUBLIC)
                .addJavadoc(javadoc)
                .addStatement("return $L", field)
                .build());
        return field;
    }
}
