/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.NameAllocator;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import com.palantir.javapoet.WildcardTypeName;
import dev.nestmap.processor.model.RuntimeClasses;
import java.util.function.Consumer;
import javax.lang.model.element.Modifier;

/**
 * Writes the methods of an outer map's accessor that take the key of one slot. Each calls a protected method of the runtime, whose key is an
 * object: see {@link OneKeyMethodWriter}.
 *
 * @param key Java type of the keys
 * @param keyName name of the parameter with the key
 * @param inner accessor of the inner maps
 * @param owned handle to an inner map that the caller owns
 */
record OneSlotMethodWriter(TypeName key, String keyName, ClassName inner, ClassName owned) {
    void addTo(TypeSpec.Builder type) {
        TypeName displaced = CommonMemberFactory.nullable(RuntimeClasses.api("Displaced", key.box(), inner));
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
                ParameterizedTypeName.get(ClassName.get(Consumer.class), WildcardTypeName.supertypeOf(inner)),
                "fill",
                "Creates an inner map at a key and fills it before programs can see it. Fails with EEXIST if the slot has one.");
        add(
                type,
                "swap",
                displaced,
                owned,
                "map",
                "Puts an inner map that the caller owns into the slot of a key, and displaces the previous one: see {@link #swapAt}.");
        add(
                type,
                "swap",
                displaced,
                RuntimeClasses.api("Displaced", WildcardTypeName.subtypeOf(Object.class), inner),
                "displaced",
                "Puts a displaced inner map into the slot of a key, and displaces the previous one: see {@link #swapAt}.");
        add(
                type,
                "share",
                displaced,
                inner,
                "map",
                "Puts a borrowed inner map into one more slot, and displaces the previous one of that slot: see {@link #shareAt}.");
        add(
                type,
                "rotate",
                displaced,
                "Replaces the inner map at a key with an empty one, and displaces the previous one: see {@link #rotateAt}.");
        add(type, "take", displaced, "Empties the slot of a key, and displaces its inner map: see {@link #takeAt}.");
        TypeName action = RuntimeClasses.api(
                "Displaced.Action", WildcardTypeName.supertypeOf(key.box()), WildcardTypeName.supertypeOf(inner));
        add(
                type,
                "drain",
                TypeName.LONG,
                action,
                "action",
                "Passes the counts at a key to an action, with an empty inner map in the slot: see {@link #drainAt}.");
        add(
                type,
                "drainLast",
                TypeName.LONG,
                action,
                "action",
                "Passes the counts at a key to an action, and leaves the slot empty: see {@link #drainLastAt}.");
        add(
                type,
                "discard",
                TypeName.BOOLEAN,
                "Empties the slot of a key, and drops its inner map with its entries. Returns false if there is none.");
    }

    /** Adds the methods of an outer map whose inner maps are created on demand. */
    void addRequests(TypeSpec.Builder type) {
        TypeName server = RuntimeClasses.api("OnDemandServer", key.box());
        ClassName options = RuntimeClasses.api("OnDemandServer.Options");
        TypeName listener = RuntimeClasses.api("OnDemandServer.Listener", key.box(), inner);
        String javadoc = "Starts a server that creates the inner maps that programs miss: see {@link #serveMisses}.";
        type.addMethod(CommonMemberFactory.method("serveRequests", server, Modifier.PUBLIC)
                .addJavadoc("$L\n", javadoc)
                .addParameter(listener, "listener")
                .addStatement("return serveMisses($T.defaults(), listener)", options)
                .build());
        type.addMethod(CommonMemberFactory.method("serveRequests", server, Modifier.PUBLIC)
                .addJavadoc("$L\n", javadoc)
                .addParameter(options, "options")
                .addParameter(listener, "listener")
                .addStatement("return serveMisses(options, listener)")
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
        type.addMethod(method(name, result, javadoc)
                .addStatement("return $LAt($L)", name, keyName)
                .build());
    }

    private void add(
            TypeSpec.Builder type, String name, TypeName result, TypeName second, String secondName, String javadoc) {
        NameAllocator names = new NameAllocator();
        names.newName(keyName);
        String parameter = names.newName(secondName);
        type.addMethod(method(name, result, javadoc)
                .addParameter(second, parameter)
                .addStatement("return $LAt($L, $L)", name, keyName, parameter)
                .build());
    }

    private MethodSpec.Builder method(String name, TypeName result, String javadoc) {
        return CommonMemberFactory.method(name, result, Modifier.PUBLIC)
                .addJavadoc("$L\n", javadoc)
                .addParameter(key, keyName);
    }
}
