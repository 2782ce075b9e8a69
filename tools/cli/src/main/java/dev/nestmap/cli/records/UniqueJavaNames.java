/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.runtime.LoadedObject;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.security.CodeSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;

/** Chooses a unique Java name for each C name. */
final class UniqueJavaNames {
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^A-Za-z0-9]+");

    /** Longer C names are shortened: the name of a class file has at most 255 characters. */
    private static final int MAX_LENGTH = 80;

    /** Words that Java does not allow as names of record components (JLS 8.10.1). */
    private static final Set<String> NO_COMPONENTS =
            Set.of("clone", "finalize", "getClass", "hashCode", "notify", "notifyAll", "toString", "wait");

    /** Types that the source imports and that are in none of {@link #PACKAGES}. */
    private static final Set<String> IMPORTED = Set.of("Inet4Address", "Inet6Address", "BigInteger");

    /** A nested type with the name of a type in these packages would hide it. */
    private static final Set<String> PACKAGES = Set.of("java.lang.", "dev.nestmap.annotations.", "dev.nestmap.types.");

    /** Methods that the generated class of an object has in addition to the public methods of {@link LoadedObject}. */
    private static final Set<String> OF_GENERATED = Set.of("load", "open", "inMemory", "binding", "clone", "finalize");

    /** Methods of the generated class of an object, which the accessor of a map can't replace. */
    private static final Set<String> OF_OBJECTS = Stream.concat(
                    Arrays.stream(LoadedObject.class.getMethods()).map(Method::getName), OF_GENERATED.stream())
            .collect(Collectors.toSet());

    private static final ClassLoader ANNOTATIONS = ofSource(BpfObject.class);

    private final Set<String> taken = new HashSet<>();

    /** The next number for a name that is taken. */
    private final Map<String, Integer> next = new HashMap<>();

    /** The name of a type, made of a C name. */
    String type(String cName) {
        String camel = camel(cName);
        String name = camel.isEmpty() || Character.isDigit(camel.charAt(0)) ? "Type" + camel : camel;
        return unique(isTaken(name) ? name + "Record" : name);
    }

    /** The name of a type: made of its C name if no other declaration has that name, otherwise made of the second one. */
    String type(String cName, String otherwise) {
        String camel = camel(cName);
        boolean isFree =
                !camel.isEmpty() && !Character.isDigit(camel.charAt(0)) && !taken.contains(camel) && !isTaken(camel);
        return type(isFree ? cName : otherwise);
    }

    /** The name of a component, made of the name of a field. */
    String component(String cName) {
        String camel = camel(cName);
        boolean isShouted = camel.equals(camel.toUpperCase(Locale.ROOT));
        String lower = camel.isEmpty() || isShouted
                ? camel.toLowerCase(Locale.ROOT)
                : camel.substring(0, 1).toLowerCase(Locale.ROOT) + camel.substring(1);
        boolean isName = SourceVersion.isName(lower) && !NO_COMPONENTS.contains(lower);
        return unique(
                isName
                        ? lower
                        : lower.isEmpty() || Character.isDigit(lower.charAt(0)) ? "field" + lower : lower + "Field");
    }

    /** The name of an enum's constant. */
    String constant(String cName) {
        String letters = cName.replaceAll("[^A-Za-z0-9_]", "_");
        String name = shortened(letters);
        return unique(SourceVersion.isName(name) ? name : "VALUE_" + name);
    }

    /** Takes a name, so that no other declaration gets it. */
    void take(String name) {
        taken.add(name);
    }

    private static boolean isTaken(String name) {
        String method = name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
        return IMPORTED.contains(name)
                || SourceVersion.isKeyword(method)
                || OF_OBJECTS.contains(method)
                || PACKAGES.stream().anyMatch(start -> exists(start + name));
    }

    private static boolean exists(String type) {
        String file = type.replace('.', '/') + ".class";
        return ClassLoader.getPlatformClassLoader().getResource(file) != null || ANNOTATIONS.getResource(file) != null;
    }

    /** Finds classes in the jar or folder of a class only. A search in the whole class path takes long if it is long. */
    private static ClassLoader ofSource(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        return source == null
                ? type.getClassLoader()
                : new URLClassLoader(new URL[] {source.getLocation()}, ClassLoader.getPlatformClassLoader());
    }

    private String unique(String name) {
        String candidate = name;
        for (int i = next.getOrDefault(name, 2); !taken.add(candidate); i++) {
            next.put(name, i + 1); // the next search begins there
            candidate = name + (Character.isDigit(name.charAt(name.length() - 1)) ? "_" : "") + i;
        }
        return candidate;
    }

    /** {@code flow_key} and {@code flowKey} become {@code FlowKey}. */
    static String camel(String cName) {
        StringBuilder camel = new StringBuilder();
        BETWEEN_WORDS
                .splitAsStream(cName)
                .filter(word -> !word.isEmpty())
                .forEach(word -> camel.append(word.substring(0, 1).toUpperCase(Locale.ROOT))
                        .append(word.substring(1)));
        return shortened(camel.toString());
    }

    private static String shortened(String name) {
        return name.length() > MAX_LENGTH ? name.substring(0, MAX_LENGTH) : name;
    }
}
