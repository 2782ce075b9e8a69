/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.NameAllocator;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import com.palantir.javapoet.WildcardTypeName;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.schema.MapKind;
import java.nio.ByteBuffer;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import javax.lang.model.element.Modifier;

/**
 * Writes the methods of an accessor that take one key. Each calls a protected method of the runtime, whose key is an object. Only generated
 * methods have a primitive key, so a call has one candidate in Java and Kotlin, and a wrong key gets a short message.
 */
final class OneKeyMethodWriter {
    private final EntryMapModel map;
    private final TypeName key;
    private final String keyName;

    /** @param key Java type of the keys */
    OneKeyMethodWriter(EntryMapModel map, TypeName key) {
        this.map = map;
        this.key = key;
        this.keyName = CommonMemberFactory.variable(map.key());
    }

    void addTo(TypeSpec.Builder type) {
        MapKind kind = map.map().kind();
        if (kind.descriptorSize() > 0) {
            addDescriptors(type);
            return;
        }
        TypeName entry = CommonMemberFactory.nullable(map.entry());
        type.addMethod(returning("get", entry, "Returns the entry with this key; null if there is none."));
        type.addMethod(key.isPrimitive() ? getUnboxed() : getIntoView());
        type.addMethod(returning("contains", TypeName.BOOLEAN, "Tests for an entry with this key."));
        if (!kind.isArray()) {
            addRemove(type);
        }
        if (kind.isHash()) {
            type.addMethod(returning(
                    "getAndRemove",
                    entry,
                    "Removes and returns the entry with this key in one step; null if there is none. If a program has"
                            + " looked the entry up before, what it writes afterwards is lost."));
        }
        if (kind.isPerCpu()) {
            addPerCpu(type);
        }
    }

    private void addRemove(TypeSpec.Builder type) {
        type.addMethod(returning(
                "remove", TypeName.BOOLEAN, "Removes the entry with this key. Returns false if there is none."));
    }

    private void addDescriptors(TypeSpec.Builder type) {
        type.addMethod(with(
                "put",
                TypeName.INT,
                "descriptor",
                "Puts the object behind a file descriptor into the map, in place of the previous one."));
        addRemove(type);
        if (map.map().kind() == MapKind.PROG_ARRAY) {
            type.addMethod(with(
                    "put",
                    RuntimeClasses.PROGRAM,
                    "program",
                    "Puts a program into the slot, in place of the previous one."));
            type.addMethod(returning(
                    "programId",
                    CommonMemberFactory.nullable(ClassName.get(Integer.class)),
                    "Returns the kernel's id of the program in the slot; null if the slot is empty."));
            type.addMethod(returning("contains", TypeName.BOOLEAN, "Tests for a program in the slot."));
        }
    }

    private void addPerCpu(TypeSpec.Builder type) {
        TypeName one = CommonMemberFactory.nullable(map.record());
        type.addMethod(CommonMemberFactory.method("cpus", TypeName.INT, Modifier.PUBLIC)
                .addJavadoc("Returns the number of possible CPUs, and so of records in each entry.\n")
                .addStatement("return cpusOf(this)")
                .build());
        NameAllocator names = new NameAllocator();
        names.newName(keyName);
        String cpu = names.newName("cpu");
        String reducer = names.newName("reducer");
        type.addMethod(method("get", one, "Returns the record of one CPU; null if there is no entry.")
                .addParameter(TypeName.INT, cpu)
                .addStatement("return getOfCpu(this, $L, $L)", keyName, cpu)
                .build());
        type.addMethod(method(
                        "get", one, "Returns the records of all CPUs, combined into one; null if there is no entry.")
                .addParameter(ParameterizedTypeName.get(ClassName.get(BinaryOperator.class), map.record()), reducer)
                .addStatement("return getCombined(this, $L, $L)", keyName, reducer)
                .build());
        type.addMethod(CommonMemberFactory.method("forEachCombined", TypeName.VOID, Modifier.PUBLIC)
                .addJavadoc("Passes the records of all CPUs, combined into one for each key, to an action.\n")
                .addParameter(ParameterizedTypeName.get(ClassName.get(BinaryOperator.class), map.record()), "reducer")
                .addParameter(
                        ParameterizedTypeName.get(
                                ClassName.get(Consumer.class), WildcardTypeName.supertypeOf(map.record())),
                        "action")
                .addStatement("forEachCombined(this, reducer, action)")
                .build());
        type.addMethod(CommonMemberFactory.method("put", TypeName.VOID, Modifier.PUBLIC)
                .addJavadoc(
                        "Writes the record of one CPU. What a program writes to it at the same time may be lost: see {@link"
                                + " #putOfCpu}.\n")
                .addParameter(map.record(), "entry")
                .addParameter(TypeName.INT, "cpu")
                .addStatement("putOfCpu(this, entry, cpu)")
                .build());
        type.addMethod(CommonMemberFactory.method("putForEachCpu", TypeName.VOID, Modifier.PUBLIC)
                .addJavadoc("Writes the same record for every CPU, for example to start all counts at a known value.\n")
                .addParameter(map.record(), "entry")
                .addStatement("putForEachCpu(this, entry)")
                .build());
    }

    private MethodSpec returning(String name, TypeName result, String javadoc) {
        return method(name, result, javadoc)
                .addStatement("return $LAt($L)", name, keyName)
                .build();
    }

    private MethodSpec with(String name, TypeName type, String parameter, String javadoc) {
        NameAllocator names = new NameAllocator();
        names.newName(keyName);
        String second = names.newName(parameter);
        return method(name, TypeName.VOID, javadoc)
                .addParameter(type, second)
                .addStatement("$LAt($L, $L)", name, keyName, second)
                .build();
    }

    private MethodSpec getIntoView() {
        NameAllocator names = new NameAllocator();
        names.newName(keyName);
        String view = names.newName("view");
        return intoView(view)
                .addStatement("return getAt($L, $L)", keyName, view)
                .build();
    }

    /** {@code get(key, view)} without a box for the key. */
    private MethodSpec getUnboxed() {
        NameAllocator names = new NameAllocator();
        names.newName(keyName);
        String view = names.newName("view");
        String to = names.newName("to");
        return intoView(view)
                .addStatement("$T $L = keyOf($L)", ByteBuffer.class, to, view)
                .addStatement(map.keyConversion()
                        .write(CodeBlock.of("$L, 0", to), CodeBlock.of("$L", keyName), map.keyInMessages()))
                .addStatement("return lookup($L)", view)
                .build();
    }

    private MethodSpec.Builder intoView(String view) {
        return method(
                        "get",
                        TypeName.BOOLEAN,
                        "Reads the entry with this key into a view. Returns false if there is none.")
                .addParameter(map.view(), view);
    }

    private MethodSpec.Builder method(String name, TypeName result, String javadoc) {
        return CommonMemberFactory.method(name, result, Modifier.PUBLIC)
                .addJavadoc("$L\n", javadoc)
                .addParameter(key, keyName);
    }
}
