/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.modules;

import java.lang.annotation.Target;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedTypeVariable;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.TypeVariable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Prints what callers of a module can use: the exported types, and their public and protected members, each on a line. Types have no
 * package in the text, except types of Nestmap that are not exported: these have no place in a signature.
 */
final class Signatures {
    private final Set<String> exported;

    /** @param exported all packages that the modules of Nestmap export to everybody */
    Signatures(Set<String> exported) {
        this.exported = exported;
    }

    /** Returns the text of one package. */
    String text(String name, List<Class<?>> classes) {
        return "package " + name + "\n"
                + classes.stream()
                        .filter(this::isVisible)
                        .sorted(Comparator.comparing(Class::getName))
                        .map(this::text)
                        .collect(Collectors.joining());
    }

    private String text(Class<?> type) {
        return "\n" + modifiers(type) + kind(type) + " " + name(type) + variables(type.getTypeParameters())
                + components(type) + superTypes(type) + "\n"
                + members(type).distinct().map(line -> "    " + line + "\n").collect(Collectors.joining());
    }

    private static String modifiers(Class<?> type) {
        boolean isPlain = !type.isInterface() && !type.isEnum() && !type.isRecord();
        return (Modifier.isProtected(type.getModifiers()) ? "protected " : "")
                + (isPlain && Modifier.isAbstract(type.getModifiers()) ? "abstract " : "")
                + (isPlain && Modifier.isFinal(type.getModifiers()) ? "final " : "")
                + (type.isSealed() && !type.isEnum() ? "sealed " : "");
    }

    private static String kind(Class<?> type) {
        return type.isAnnotation()
                ? "@interface"
                : type.isInterface() ? "interface" : type.isEnum() ? "enum" : type.isRecord() ? "record" : "class";
    }

    private String components(Class<?> type) {
        return !type.isRecord()
                ? ""
                : Stream.of(type.getRecordComponents())
                        .map(each -> text(each.getAnnotatedType()) + " " + each.getName())
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    private String superTypes(Class<?> type) {
        if (type.isAnnotation()) {
            return targets(type);
        }
        AnnotatedType parent = withHiddenParents(type)
                .reduce((child, hidden) -> hidden)
                .orElseThrow()
                .getAnnotatedSuperclass();
        boolean hasParent = parent != null && parent.getType() != Object.class && !type.isEnum() && !type.isRecord();
        String interfaces = list(type.getAnnotatedInterfaces());
        return (hasParent ? " extends " + text(parent) : "")
                + (interfaces.isEmpty() ? "" : (type.isInterface() ? " extends " : " implements ") + interfaces)
                + permitted(type);
    }

    private String permitted(Class<?> type) {
        return !type.isSealed()
                ? ""
                : Stream.of(type.getPermittedSubclasses())
                        .filter(this::isVisible)
                        .map(this::name)
                        .sorted()
                        .collect(Collectors.collectingAndThen(
                                Collectors.joining(", "), names -> names.isEmpty() ? "" : " permits " + names));
    }

    private static String targets(Class<?> annotation) {
        Target target = annotation.getAnnotation(Target.class);
        return target == null
                ? ""
                : Stream.of(target.value()).map(Enum::name).sorted().collect(Collectors.joining(", ", " on ", ""));
    }

    private Stream<String> members(Class<?> type) {
        Stream<String> fields =
                own(type, type.getDeclaredFields()).map(this::text).sorted();
        Stream<String> constructors = own(type, type.getDeclaredConstructors())
                .filter(each -> !isCanonical(each))
                .map(each -> access(each) + name(type) + parameters(each))
                .sorted();
        Stream<String> methods = withHiddenParents(type)
                .flatMap(each -> own(type, each.getDeclaredMethods()))
                .filter(each -> !isGiven(each))
                .sorted(Comparator.comparing(Method::getName).thenComparing((Method each) -> text(each)))
                .map(this::text);
        return Stream.of(fields, constructors, methods).flatMap(Function.identity());
    }

    /** Returns a class and its closest parents that users can't name. Their public methods are methods of the class. */
    private Stream<Class<?>> withHiddenParents(Class<?> type) {
        return Stream.<Class<?>>iterate(type, Class::getSuperclass)
                .takeWhile(each -> each == type || (each != null && isHidden(each)));
    }

    private static <T extends Member> Stream<T> own(Class<?> type, T[] members) {
        return Stream.of(members)
                .filter(each -> !each.isSynthetic())
                .filter(each -> Modifier.isPublic(each.getModifiers())
                        || (Modifier.isProtected(each.getModifiers()) && !Modifier.isFinal(type.getModifiers())));
    }

    /** Whether each type of this kind has the method. */
    private static boolean isGiven(Method method) {
        Class<?> type = method.getDeclaringClass();
        String called = method.getName() + Arrays.toString(method.getParameterTypes());
        return Set.of("toString[]", "hashCode[]", "equals[class java.lang.Object]")
                        .contains(called)
                || (type.isEnum()
                        && Set.of("values[]", "valueOf[class java.lang.String]").contains(called))
                || (type.isRecord()
                        && Stream.of(type.getRecordComponents())
                                .map(RecordComponent::getAccessor)
                                .anyMatch(method::equals));
    }

    private static boolean isCanonical(Constructor<?> constructor) {
        Class<?> type = constructor.getDeclaringClass();
        return type.isRecord()
                && Arrays.equals(
                        constructor.getParameterTypes(),
                        Stream.of(type.getRecordComponents())
                                .map(RecordComponent::getType)
                                .toArray());
    }

    private String text(Field field) {
        if (field.isEnumConstant()) {
            return field.getName();
        }
        boolean isConstant = Modifier.isStatic(field.getModifiers())
                && Modifier.isFinal(field.getModifiers())
                && (field.getType().isPrimitive() || field.getType() == String.class);
        return access(field) + text(field.getAnnotatedType()) + " " + field.getName()
                + (isConstant ? " = " + constant(value(field)) : "");
    }

    private static Object value(Field constant) {
        try {
            return constant.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("protected constants are not supported", e);
        }
    }

    private String text(Method method) {
        String throwing = list(method.getAnnotatedExceptionTypes());
        return access(method) + variables(method.getTypeParameters())
                + (method.getTypeParameters().length > 0 ? " " : "")
                + text(method.getAnnotatedReturnType()) + " " + method.getName() + parameters(method)
                + (throwing.isEmpty() ? "" : " throws " + throwing)
                + (method.getDefaultValue() == null ? "" : " default " + constant(method.getDefaultValue()));
    }

    private static String constant(Object value) {
        String inArray = Arrays.deepToString(new Object[] {value}); // also for arrays of numbers
        return value instanceof String ? "\"" + value + "\"" : inArray.substring(1, inArray.length() - 1);
    }

    private static String access(Member member) {
        int modifiers = member.getModifiers();
        boolean isInInterface = member.getDeclaringClass().isInterface();
        boolean isDefault = member instanceof Method method && method.isDefault();
        return (Modifier.isProtected(modifiers) ? "protected " : "")
                + (isDefault ? "default " : "")
                + (Modifier.isStatic(modifiers) ? "static " : "")
                + (Modifier.isAbstract(modifiers) && !isInInterface ? "abstract " : "")
                + (Modifier.isFinal(modifiers) ? "final " : "");
    }

    private String parameters(Executable executable) {
        String types = list(executable.getAnnotatedParameterTypes());
        return "(" + (executable.isVarArgs() ? types.replaceFirst("\\[]$", "...") : types) + ")";
    }

    private String variables(TypeVariable<?>[] variables) {
        return variables.length == 0
                ? ""
                : Stream.of(variables).map(this::declaration).collect(Collectors.joining(", ", "<", ">"));
    }

    private String declaration(TypeVariable<?> variable) {
        String bounds = Stream.of(variable.getAnnotatedBounds())
                .map(this::text)
                .filter(bound -> !bound.equals("Object"))
                .collect(Collectors.joining(" & "));
        return variable.getName() + (bounds.isEmpty() ? "" : " extends " + bounds);
    }

    private String list(AnnotatedType... types) {
        return Stream.of(types).map(this::text).collect(Collectors.joining(", "));
    }

    private String text(AnnotatedType type) {
        return (type.isAnnotationPresent(Nullable.class) ? "@Nullable " : "") + plain(type);
    }

    private String plain(AnnotatedType type) {
        if (type instanceof AnnotatedArrayType array) {
            return text(array.getAnnotatedGenericComponentType()) + "[]";
        }
        if (type instanceof AnnotatedParameterizedType parameterized) {
            Class<?> raw = (Class<?>) ((ParameterizedType) type.getType()).getRawType();
            return name(raw) + "<" + list(parameterized.getAnnotatedActualTypeArguments()) + ">";
        }
        if (type instanceof AnnotatedWildcardType wildcard) {
            String lower = list(wildcard.getAnnotatedLowerBounds());
            String upper = list(wildcard.getAnnotatedUpperBounds());
            return !lower.isEmpty() ? "? super " + lower : upper.equals("Object") ? "?" : "? extends " + upper;
        }
        return type instanceof AnnotatedTypeVariable ? type.getType().getTypeName() : name((Class<?>) type.getType());
    }

    private String name(Class<?> type) {
        String name = type.getName().replace('$', '.');
        return type.isPrimitive() || isHidden(type)
                ? name
                : name.substring(type.getPackageName().length() + 1);
    }

    private boolean isHidden(Class<?> type) {
        return type.getName().startsWith("dev.nestmap.") && !isVisible(type);
    }

    private boolean isVisible(Class<?> type) {
        boolean isAccessible = Modifier.isPublic(type.getModifiers()) || Modifier.isProtected(type.getModifiers());
        Class<?> enclosing = type.getEnclosingClass();
        return isAccessible
                && !type.isAnonymousClass()
                && exported.contains(type.getPackageName())
                && (enclosing == null || isVisible(enclosing));
    }
}
