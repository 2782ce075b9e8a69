/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.memory;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.WeakReference;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Objects that threads use again and again: one for each platform thread, and a few that all virtual threads share. There may be millions of
 * virtual threads, and most of them use such an object once.
 *
 * @param <T> type of the objects. They hold memory outside the Java heap, which garbage collections free late
 */
final class PerThread<T> {
    /** {@code Thread.isVirtual}; null before Java 21. A constant, so that the JIT compiles the call into the callers. */
    private static final @Nullable MethodHandle IS_VIRTUAL = isVirtualHandle();

    /** As many as carriers use at the same time, and some for virtual threads that wait in a codec of the user. A power of two. */
    private static final int MOST_SHARED =
            2 * Integer.highestOneBit(2 * Runtime.getRuntime().availableProcessors() - 1);

    /** References in a line of the CPU's cache: threads that use neighbouring objects don't slow each other down. */
    private static final int STRIDE = 16;

    private final Supplier<T> newObject;

    /** Weak, because a thread of a server outlives the applications that it runs, and would keep their class loaders reachable. */
    @SuppressWarnings("ThreadLocalUsage") // every object of this class is in a static field
    private final ThreadLocal<@Nullable WeakReference<T>> ofPlatformThread = new ThreadLocal<>();

    /** Keeps the objects reachable as long as their threads and this object. */
    private final Map<Thread, T> ofPlatformThreads = Collections.synchronizedMap(new WeakHashMap<>());

    /** The objects that no virtual thread uses now. */
    private final AtomicReferenceArray<@Nullable T> shared = new AtomicReferenceArray<>(MOST_SHARED * STRIDE);

    PerThread(Supplier<T> newObject) {
        this.newObject = newObject;
    }

    /**
     * Returns the object of this platform thread, which may be in use already. In a virtual thread, returns an object that nobody else uses
     * until {@link #giveBack}.
     */
    T take() {
        if (isVirtual()) {
            return takeShared();
        }
        WeakReference<T> reference = ofPlatformThread.get();
        T object = reference == null ? null : reference.get();
        return object == null ? newOfThread() : object;
    }

    private T newOfThread() {
        T object = newObject.get();
        ofPlatformThreads.put(Thread.currentThread(), object);
        ofPlatformThread.set(new WeakReference<>(object));
        return object;
    }

    /** Lets the next virtual thread use an object. If enough others wait for one, this one becomes garbage. */
    void giveBack(T object) {
        if (!isVirtual()) {
            return;
        }
        int first = first();
        for (int i = 0; i < MOST_SHARED; i++) {
            int slot = (first + i) % MOST_SHARED * STRIDE;
            if (shared.get(slot) == null && shared.compareAndSet(slot, null, object)) {
                return;
            }
        }
    }

    private T takeShared() {
        int first = first();
        for (int i = 0; i < MOST_SHARED; i++) {
            int slot = (first + i) % MOST_SHARED * STRIDE;
            T object = shared.get(slot) == null ? null : shared.getAndSet(slot, null);
            if (object != null) {
                return object;
            }
        }
        return newObject.get();
    }

    /** Threads begin their search at different objects. */
    private static int first() {
        return (int) Thread.currentThread().getId() & (MOST_SHARED - 1);
    }

    private static boolean isVirtual() {
        if (IS_VIRTUAL == null) {
            return false;
        }
        try {
            return (boolean) IS_VIRTUAL.invokeExact(Thread.currentThread());
        } catch (Throwable e) {
            throw new LinkageError("Thread.isVirtual", e); // it throws nothing
        }
    }

    private static @Nullable MethodHandle isVirtualHandle() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }
}
