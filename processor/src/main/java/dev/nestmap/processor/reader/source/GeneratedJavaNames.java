/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.source;

import com.google.auto.common.MoreElements;
import com.palantir.javapoet.ClassName;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.BpfType;
import dev.nestmap.schema.CNameConverter;
import java.util.Set;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;

/** Names of generated classes and methods. */
public final class GeneratedJavaNames {
    /**
     * The methods without parameters that every object's class has. Later versions add only methods with parameters, so that no map gets another
     * name.
     */
    public static final Set<String> OBJECT_METHODS = Set.of(
            "binding",
            "outerMaps",
            "programs",
            "close",
            "isClosed",
            "keptCounts",
            "isInMemory",
            "inMemory",
            "load",
            "open",
            "getClass",
            "hashCode",
            "notify",
            "notifyAll",
            "toString",
            "wait",
            "clone",
            "finalize");

    private GeneratedJavaNames() {}

    /** The class with the maps of an object: {@code TenantFlowsBpf}. */
    public static ClassName objectClass(TypeElement object) {
        ClassName name = ClassName.get(object);
        return ClassName.get(name.packageName(), name.simpleName() + "Bpf");
    }

    /** The accessor of a map record: {@code TenantFlowsBpf.FlowMap}, or {@code FlowMap} for a top-level record. */
    public static ClassName accessor(TypeElement record, TypeElement topLevel) {
        return generated(record, topLevel, "Map");
    }

    /**
     * The codec of a record or enum: {@code TenantFlowsBpf.FlowKeyCodec}, or {@code FlowKeyCodec}; {@code TenantMap.TenantCodec} for the key of
     * a top-level outer map. For a union, whose codec users call: {@code AddressUnion}.
     */
    public static ClassName codec(TypeElement type, TypeElement topLevel) {
        String suffix = type.getKind() == ElementKind.INTERFACE ? "Union" : "Codec";
        boolean isKeyOfMap = type.equals(topLevel) && !MoreElements.isAnnotationPresent(topLevel, BpfType.class);
        return isKeyOfMap
                ? accessor(topLevel, topLevel).nestedClass(type.getSimpleName() + suffix)
                : generated(type, topLevel, suffix);
    }

    /** The accessor of a record of variables: {@code TenantFlowsBpf.StatsVariable}. */
    public static ClassName variable(TypeElement record, TypeElement topLevel) {
        return generated(record, topLevel, "Variable");
    }

    /**
     * The method of an object's class for the C name of a map. Nestmap adds {@code Map} to a name that the class can't have, because the
     * name may come from existing C code: {@code closeMap} for {@code close}, {@code classMap} for {@code class}.
     */
    public static String ofMap(String cName) {
        String member = CNameConverter.member(cName);
        return OBJECT_METHODS.contains(member) || SourceVersion.isKeyword(member) ? member + "Map" : member;
    }

    private static ClassName generated(TypeElement type, TypeElement topLevel, String suffix) {
        String name = type.getSimpleName() + suffix;
        return type.equals(topLevel)
                ? ClassName.get(ClassName.get(type).packageName(), name)
                : holder(topLevel).nestedClass(name);
    }

    /** The top-level class generated for a top-level type. The classes for nested types are nested in it. */
    public static ClassName holder(TypeElement topLevel) {
        if (MoreElements.isAnnotationPresent(topLevel, BpfObject.class)) {
            return objectClass(topLevel);
        }
        return MoreElements.isAnnotationPresent(topLevel, BpfType.class)
                ? codec(topLevel, topLevel)
                : accessor(topLevel, topLevel);
    }
}
