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
import dev.nestmap.processor.model.RuntimeClasses;
import java.time.Duration;
import java.util.function.Consumer;
import javax.lang.model.element.Modifier;

/**
 * Writes the methods of an outer map's accessor that take the key of one slot. Each calls a protected method of the runtime, whose key is an
 * object: see {@link OneKeyMethodWriter}.
 *
 * @param key Java type of the keys
 * @param keyName name of the parameter with the key
 * @param inner accessor of the inner maps
 */
record OneSlotMethodWriter(TypeName key, String keyName, ClassName inner) {
    void addTo(TypeSpec.Builder type) {
        TypeName displaced = CommonMemberFactory.nullable(RuntimeClasses.api("Displaced", key.box(), inner));
        TypeName fill = ParameterizedTypeName.get(ClassName.get(Consumer.class), WildcardTypeName.supertypeOf(inner));
        add(type, "get", CommonMemberFactory.nullable(inner), "Returns the inner map at a key; null if there is none.");
        add(type, "contains", TypeName.BOOLEAN, "Tests for an inner map at a key.");
        add(type, "getOrCreate", inner, "Returns the inner map at a key. Creates an empty map if the slot is empty.");
        add(type, "create", inner, "Creates an empty inner map at a key. Fails with EEXIST if the slot has one.");
        add(
                type,
                "create",
                inner,
                TypeName.LONG,
                "maxEntries",
                "Creates an empty inner map of another size at a key. Fails with EEXIST if the slot has one.");
        add(
                type,
                "create",
                inner,
                fill,
                "fill",
                "Creates an inner map at a key and fills it before programs can see it. Fails with EEXIST if the slot has one.");
        add(type, "replace", TypeName.BOOLEAN, fill, "fill", """
                Replaces the inner map at a key: fills a new map, puts it into the slot, and drops the previous one with its entries. Each lookup \
                finds either the old or the new map. If programs count in the map, call {@code rotate} instead, because this method drops counts.

                @return whether there was a previous map
                @throws $T if the kernel refuses the change; nothing is changed""", RuntimeClasses.BPF_EXCEPTION);
        add(
                type,
                "share",
                TypeName.BOOLEAN,
                inner,
                "map",
                "Puts an existing inner map, which programs can't write, into this slot, too: see {@link #shareAt}.");
        type.addMethod(ticket(
                        "rotate",
                        displaced,
                        "Replaces the inner map at a key with an empty one, and displaces the previous one: see {@link #rotateAt}.")
                .addStatement("return rotateAt($L)", keyName)
                .build());
        type.addMethod(withSecond(
                ticket(
                        "rotate",
                        displaced,
                        "Replaces the inner map at a key with one that is filled already, and displaces the previous one: see {@link #rotateAt}."),
                "rotate",
                fill,
                "fill"));
        type.addMethod(ticket(
                        "take",
                        displaced,
                        "Takes the inner map at a key out of its slot, which stays empty, and displaces it: see {@link #takeAt}.")
                .addStatement("return takeAt($L)", keyName)
                .build());
        addDrain(type, "drain", "with an empty inner map in the slot");
        addDrain(type, "drainLast", "and leaves the slot empty");
        add(
                type,
                "discard",
                TypeName.BOOLEAN,
                "Removes the inner map at a key, and drops its entries. Returns false if there is none.");
    }

    private void addDrain(TypeSpec.Builder type, String name, String slot) {
        TypeName action = RuntimeClasses.api(
                "Displaced.Action", WildcardTypeName.supertypeOf(key.box()), WildcardTypeName.supertypeOf(inner));
        add(
                type,
                name,
                TypeName.LONG,
                action,
                "action",
                """
                Passes the counts at a key to an action, $L: see {@link #$LAt}. When the action returns, its map is acknowledged and does not come \
                again, so store the counts before. If the action throws, the map waits, and the next drain passes it again.

                @return the number of maps; 0 if the key has no inner map
                @throws $T if the action throws
                @throws $T if a program or another process may still write to the map, or if the kernel refuses the change; nothing is changed""",
                slot,
                name,
                RuntimeClasses.DRAIN_EXCEPTION,
                RuntimeClasses.BPF_EXCEPTION);
    }

    /** Adds the methods of an outer map whose inner maps are created on demand. */
    void addRequests(TypeSpec.Builder type) {
        TypeName server = RuntimeClasses.api("OnDemandServer", key.box());
        TypeName listener = RuntimeClasses.api("OnDemandServer.Listener", key.box(), inner);
        String javadoc = "Starts a server that creates the inner maps that programs miss: see {@link #serveMisses}.";
        type.addMethod(CommonMemberFactory.method("serveRequests", server, Modifier.PUBLIC)
                .addJavadoc("$L\n", javadoc)
                .addParameter(listener, "listener")
                .addStatement("return serveMisses(listener)")
                .build());
        type.addMethod(CommonMemberFactory.method("serveRequests", server, Modifier.PUBLIC)
                .addJavadoc("$L\n", javadoc)
                .addParameter(Duration.class, "pollInterval")
                .addParameter(listener, "listener")
                .addStatement("return serveMisses(pollInterval, listener)")
                .build());
        add(
                type,
                "request",
                TypeName.BOOLEAN,
                "Requests an inner map as a program does, but without counting a miss: see {@link #requestAt}.");
        type.addMethod(CommonMemberFactory.method("pending", TypeName.LONG, Modifier.PUBLIC)
                .addJavadoc("Counts the misses that are in no report yet: see {@link #pendingMisses}.\n")
                .addStatement("return pendingMisses()")
                .build());
    }

    private void add(TypeSpec.Builder type, String name, TypeName result, String javadoc) {
        type.addMethod(method(name, result, CodeBlock.of(javadoc))
                .addStatement("return $LAt($L)", name, keyName)
                .build());
    }

    private void add(
            TypeSpec.Builder type,
            String name,
            TypeName result,
            TypeName second,
            String secondName,
            String javadoc,
            Object... inJavadoc) {
        type.addMethod(withSecond(method(name, result, CodeBlock.of(javadoc, inJavadoc)), name, second, secondName));
    }

    /** Begins a method whose result has the counts of a map. */
    private MethodSpec.Builder ticket(String name, TypeName result, String javadoc) {
        return method(name, result, CodeBlock.of("""
                                $L

                                @return the displaced map, which waits until you acknowledge or discard it; null if there was none
                                @throws $T if the operation is refused, and nothing is changed; or if the pins of the displaced map could not be \
                                moved, and it waits""", javadoc, RuntimeClasses.BPF_EXCEPTION))
                .addAnnotation(RuntimeClasses.CHECK_RETURN_VALUE);
    }

    private MethodSpec withSecond(MethodSpec.Builder method, String name, TypeName second, String secondName) {
        NameAllocator names = new NameAllocator();
        names.newName(keyName);
        String parameter = names.newName(secondName);
        return method.addParameter(second, parameter)
                .addStatement("return $LAt($L, $L)", name, keyName, parameter)
                .build();
    }

    private MethodSpec.Builder method(String name, TypeName result, CodeBlock javadoc) {
        return CommonMemberFactory.method(name, result, Modifier.PUBLIC)
                .addJavadoc("$L\n", javadoc)
                .addParameter(key, keyName);
    }
}
