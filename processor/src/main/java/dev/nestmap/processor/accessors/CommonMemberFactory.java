/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.NameAllocator;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.schema.CNameConverter;
import dev.nestmap.schema.type.CType;
import java.nio.ByteBuffer;
import javax.lang.model.element.Modifier;

/** Creates members that several kinds of generated classes have, and their names. */
final class CommonMemberFactory {
    private CommonMemberFactory() {}

    /** {@code INSTANCE}: the only instance of a codec. */
    static FieldSpec instance(ClassName codec, Modifier... visibility) {
        return FieldSpec.builder(codec, "INSTANCE", visibility)
                .addModifiers(Modifier.STATIC, Modifier.FINAL)
                .addJavadoc("The only instance, for generated classes.\n")
                .initializer("new $T()", codec)
                .build();
    }

    static MethodSpec privateConstructor() {
        return MethodSpec.constructorBuilder().addModifiers(Modifier.PRIVATE).build();
    }

    /** The constructor of an accessor. */
    static MethodSpec constructor(CodeBlock body, Modifier... visibility) {
        return MethodSpec.constructorBuilder()
                .addModifiers(visibility)
                .addParameter(RuntimeClasses.MAP_BINDING, "binding")
                .addStatement(body)
                .build();
    }

    /** The class of a handle to a map that the caller owns. */
    static ClassName owned(ClassName accessor) {
        return accessor.nestedClass("Owned");
    }

    /** The handle to a map that the caller owns. */
    static TypeSpec ownedHandle(ClassName accessor, Modifier... visibility) {
        return TypeSpec.classBuilder(owned(accessor))
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
                .addJavadoc("A handle to a map that the caller owns and has to close.\n")
                .superclass(accessor)
                .addSuperinterface(RuntimeClasses.api("OwnedMap"))
                .addMethod(constructor(CodeBlock.of("super(binding)"), visibility))
                .build();
    }

    /** {@code KEY}: the codec of keys. */
    static FieldSpec key(TypeName type, Conversion key, String component) {
        return FieldSpec.builder(type, "KEY", Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                .initializer(key.codec(component))
                .build();
    }

    /** {@code size()} of a {@code Codec}. */
    static MethodSpec size(CType type) {
        return override("size", TypeName.INT)
                .addStatement("return $L", type.size())
                .build();
    }

    /** A method by which an accessor returns a constant, so that the JIT knows the class of the codec. */
    static MethodSpec constant(String method, TypeName type, CodeBlock constant) {
        return method(method, type, Modifier.PROTECTED, Modifier.FINAL)
                .addAnnotation(Override.class)
                .addStatement("return $L", constant)
                .build();
    }

    /** A public method that implements one of an interface. */
    static MethodSpec.Builder override(String name, TypeName result) {
        return method(name, result, Modifier.PUBLIC).addAnnotation(Override.class);
    }

    /** A method with this result. */
    static MethodSpec.Builder method(String name, TypeName result, Modifier... modifiers) {
        return MethodSpec.methodBuilder(name).addModifiers(modifiers).returns(result);
    }

    /** Adds the last parameters of a method that writes a value: the place for its bytes. */
    static MethodSpec.Builder writing(MethodSpec.Builder method, TypeName type, String value) {
        return method.addParameter(type, value)
                .addParameter(ByteBuffer.class, "to")
                .addParameter(TypeName.INT, "at");
    }

    /** Adds the last parameters of a method that reads a value: the place of its bytes. */
    static MethodSpec.Builder reading(MethodSpec.Builder method) {
        return method.addParameter(ByteBuffer.class, "from").addParameter(TypeName.INT, "at");
    }

    /** {@code @Nullable T}. */
    static TypeName nullable(TypeName type) {
        return type.annotated(AnnotationSpec.builder(RuntimeClasses.NULLABLE).build());
    }

    /** The name of a constant for a member, {@code TENANT_MAP} for {@code tenantMap}, which differs from all fields that the class has. */
    static String constant(String member, TypeSpec.Builder type) {
        return freeName(CNameConverter.upperCase(member), type);
    }

    /** The name of a variable for a component or map. A variable hides the type that has its name, such as {@code Scalars}. */
    static String variable(String name) {
        return Character.isUpperCase(name.charAt(0)) ? name + "_" : name;
    }

    /** A name, with underscores at the end if the class has a field with the name. */
    static String freeName(String name, TypeSpec.Builder type) {
        NameAllocator names = new NameAllocator();
        type.build().fieldSpecs().forEach(field -> names.newName(field.name()));
        return names.newName(name);
    }
}
