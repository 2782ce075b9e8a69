/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** Puts code before the calls of an interface. */
public final class Interception {
    private Interception() {}

    /** Answers a call. The arguments are null if the method has none. */
    public interface Call {
        @Nullable
        Object answer(Method method, Object @Nullable [] arguments) throws Throwable;
    }

    /** An implementation whose methods all make this call. */
    public static <T> T of(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                Interception.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> call.answer(method, arguments)));
    }

    /** Passes a call on. */
    public static @Nullable Object invoke(Object target, Method method, Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }
}
