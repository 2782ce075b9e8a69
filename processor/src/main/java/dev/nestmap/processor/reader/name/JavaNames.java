/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.name;

import com.google.auto.common.MoreElements;
import com.palantir.javapoet.ClassName;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.BpfType;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;

/** Names of generated classes and methods. */
public final class JavaNames {
    /** An underscore between words. Those at the start and the end stay. */
    private static final Pattern UNDERSCORES = Pattern.compile("(?<=[A-Za-z0-9])_+([A-Za-z0-9])");

    private JavaNames() {}

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
     * The codec of a record or enum: {@code TenantFlowsBpf.FlowKeyCodec}, or {@code FlowKeyCodec}. For a union, whose codec users call:
     * {@code AddressUnion}.
     */
    public static ClassName codec(TypeElement type, TypeElement topLevel) {
        return generated(type, topLevel, type.getKind() == ElementKind.INTERFACE ? "Union" : "Codec");
    }

    /** The accessor of a record of variables: {@code TenantFlowsBpf.StatsVariable}. */
    public static ClassName variable(TypeElement record, TypeElement topLevel) {
        return generated(record, topLevel, "Variable");
    }

    /** The method of an object's class for a C name: {@code flowTable} for {@code flow_table}. */
    public static String member(String cName) {
        Matcher underscores = UNDERSCORES.matcher(cName);
        return underscores.replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT));
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
