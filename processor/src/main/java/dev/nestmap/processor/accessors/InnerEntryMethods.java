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
import dev.nestmap.processor.model.OuterMapModel;
import dev.nestmap.processor.model.RuntimeClasses;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;
import javax.lang.model.element.Modifier;

/** Writes the methods of an outer map's accessor that read entries of its inner maps. */
final class InnerEntryMethods {
    private static final ClassName OUTER_ACCESSOR = RuntimeClasses.api("OuterAccessor");

    private final OuterMapModel map;
    private final EntryMapModel entries;
    private final TypeName key;
    private final TypeName innerKey;
    private final TypeName nestedKey;
    private final CodeBlock codec;
    private final String keyInMessages;
    private final NameAllocator names;
    private final String keyName;
    private final String innerKeyName;

    private InnerEntryMethods(OuterMapModel map, String keyInMessages, NameAllocator names, String keyName) {
        this.map = map;
        this.entries = map.inner();
        this.key = map.key().javaType();
        this.innerKey = entries.keyConversion().javaType();
        this.nestedKey = ParameterizedTypeName.get(RuntimeClasses.api("NestedKey"), key.box(), innerKey.box());
        this.codec =
                CodeBlock.of(entries.map().kind().isPerCpu() ? "perCpu($T.CODEC)" : "$T.CODEC", entries.accessor());
        this.keyInMessages = keyInMessages;
        this.names = names;
        this.keyName = keyName;
        this.innerKeyName = OuterMapWriter.parameter(names, keyName, entries.key());
    }

    /**
     * Adds the methods, if the inner maps have keys and entries that user space can read.
     *
     * @param keyInMessages the name of the outer map's key in error messages
     * @param names the names of parameters so far
     * @param keyName the name of the parameter for the outer map's key
     */
    static void addTo(
            TypeSpec.Builder type, OuterMapModel map, String keyInMessages, NameAllocator names, String keyName) {
        if (map.inner().keyComponent().isPresent() && map.inner().hasView()) {
            InnerEntryMethods methods = new InnerEntryMethods(map, keyInMessages, names.clone(), keyName);
            type.addMethod(methods.getEntry())
                    .addMethod(methods.getEntryIntoView())
                    .addMethod(methods.getAllEntries())
                    .addMethod(methods.getAllEntriesInView())
                    .addMethod(methods.forEachEntry())
                    .addMethod(methods.forEachEntryInView());
        }
    }

    /** {@code get(key, innerKey)}: finds the inner map and its entry in one call. */
    private MethodSpec getEntry() {
        return method("get", "Returns one entry of one inner map, or null if there is no such inner map or entry.\n\n")
                .addJavadoc("@param $L key of the inner map\n", keyName)
                .addJavadoc("@param $L key of the entry\n", innerKeyName)
                .returns(JavaTypes.nullable(entries.entry()))
                .addParameter(key, keyName)
                .addParameter(innerKey, innerKeyName)
                .addStatement("return getInner($L, $L, $L)", keyName, innerKeyName, codec)
                .build();
    }

    /** {@code get(key, innerKey, view)}: the same without a record, and without a box for a key. */
    private MethodSpec getEntryIntoView() {
        String view = names.newName("view");
        String to = names.newName("to");
        return method("get", "Reads one entry of one inner map into a view.\n\n")
                .addJavadoc("@param $L key of the inner map\n", keyName)
                .addJavadoc("@param $L key of the entry\n", innerKeyName)
                .addJavadoc("@param $L shows the entry until the next read with it\n", view)
                .addJavadoc("@return false if there is no such inner map or entry\n")
                .returns(TypeName.BOOLEAN)
                .addParameter(key, keyName)
                .addParameter(innerKey, innerKeyName)
                .addParameter(entries.view(), view)
                .addStatement("$T $L = keysOf($L)", ByteBuffer.class, to, view)
                .addStatement(map.key().write(CodeBlock.of("$L, 0", to), CodeBlock.of("$L", keyName), keyInMessages))
                .addStatement(writeInnerKey(CodeBlock.of("$L, innerKeyAt()", to), CodeBlock.of("$L", innerKeyName)))
                .addStatement("return getInner($L, $T.CODEC)", view, entries.accessor())
                .build();
    }

    /** Writes a key of the inner map. Other packages don't see the codec class of a type that is nested in the inner map's record. */
    private CodeBlock writeInnerKey(CodeBlock place, CodeBlock value) {
        String inMessages = entries.record().simpleName() + "." + entries.key();
        boolean samePackage =
                entries.accessor().packageName().equals(map.accessor().packageName());
        return samePackage || innerKey.isPrimitive()
                ? entries.keyConversion().write(place, value, inMessages)
                : CodeBlock.of(
                        "$T.CODEC.key().write($T.present($L, $S), $L)",
                        entries.accessor(),
                        RuntimeClasses.WIRE,
                        value,
                        inMessages,
                        place);
    }

    /** {@code getAll(keys)}: finds entries of several inner maps. */
    private MethodSpec getAllEntries() {
        return method(
                        "getAll",
                        "Returns entries of several inner maps, in the order of the keys. Keys without an entry are left out.\n\n")
                .addJavadoc("@param keys keys of inner maps and of entries in them\n")
                .returns(ParameterizedTypeName.get(
                        ClassName.get(Map.class), nestedKey, entries.entry().box()))
                .addParameter(ParameterizedTypeName.get(ClassName.get(Collection.class), nestedKey), "keys")
                .addStatement("return getAllInner(keys, $L)", codec)
                .build();
    }

    /** {@code getAll(keys, view, action)}: the same without records. */
    private MethodSpec getAllEntriesInView() {
        return method(
                        "getAll",
                        "Shows entries of several inner maps to an action, in the order of the keys. Keys without an entry are left"
                                + " out.\n\n")
                .addJavadoc("@param keys keys of inner maps and of entries in them\n")
                .addJavadoc("@param view shows each entry until the action returns\n")
                .addJavadoc("@param action receives the keys and the view\n")
                .addParameter(ParameterizedTypeName.get(ClassName.get(Collection.class), nestedKey), "keys")
                .addParameter(entries.view(), "view")
                .addParameter(action(nestedKey, entries.view()), "action")
                .addStatement("getAllInner(keys, $T.CODEC, view, action)", entries.accessor())
                .build();
    }

    /** {@code forEachEntry(action)}: reads all entries of all inner maps. */
    private MethodSpec forEachEntry() {
        return method(
                        "forEachEntry",
                        "Passes every entry of every inner map to an action. While entries of an inner map are removed, its other"
                                + " entries may be\npassed twice or not at all: see {@link $T#forEachInner}.\n\n",
                        OUTER_ACCESSOR)
                .addJavadoc("@param action receives the key of each inner map and each entry\n")
                .addParameter(action(key, entries.entry()), "action")
                .addStatement("forEachInner($L, action)", codec)
                .build();
    }

    /** {@code forEachEntry(view, action)}: the same without records. */
    private MethodSpec forEachEntryInView() {
        return method(
                        "forEachEntry",
                        "Shows every entry of every inner map to an action, under the conditions of {@link #forEachEntry($T)}.\n\n",
                        BiConsumer.class)
                .addJavadoc("@param view shows each entry until the action returns\n")
                .addJavadoc("@param action receives the key of each inner map and the view\n")
                .addParameter(entries.view(), "view")
                .addParameter(action(key, entries.view()), "action")
                .addStatement("forEachInner($T.CODEC, view, action)", entries.accessor())
                .build();
    }

    private static MethodSpec.Builder method(String name, String javadoc, Object... arguments) {
        return MethodSpec.methodBuilder(name).addModifiers(Modifier.PUBLIC).addJavadoc(javadoc, arguments);
    }

    private static TypeName action(TypeName first, TypeName second) {
        return ParameterizedTypeName.get(
                ClassName.get(BiConsumer.class),
                WildcardTypeName.supertypeOf(first.box()),
                WildcardTypeName.supertypeOf(second.box()));
    }
}
