/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.memory;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Objects that calls use one after the other. There are at most as many as places, however many threads there are, and each platform thread looks
 * first at the place of its number, so two threads rarely want the same object at the same time. Virtual threads, of which there may be millions,
 * look first at a few places. A record, because the JIT takes fields of records for constants: a call reads no other object on its way to this one.
 *
 * @param newObject creates an object that is in use
 * @param places the objects, each in a line of the CPU's cache of its own
 * @param <T> type of the objects. They hold memory outside the Java heap, which garbage collections free late
 */
@SuppressWarnings("ArrayRecordComponent") // an AtomicReferenceArray is one more object to read
public record ReusedObjects<T extends ReusedObjects.Reused>(
        Supplier<T> newObject, @Nullable Object[] places) {
    private static final VarHandle PLACE = MethodHandles.arrayElementVarHandle(Object[].class);

    /** {@code Thread.isVirtual}; null before Java 21. A constant, so that the JIT compiles the call into the callers. */
    private static final @Nullable MethodHandle IS_VIRTUAL = isVirtualHandle();

    /** As many as carriers use at the same time, and some for virtual threads that wait in a codec of the user. A power of two. */
    private static final int PLACES_OF_VIRTUAL_THREADS =
            2 * Integer.highestOneBit(2 * Runtime.getRuntime().availableProcessors() - 1);

    /** References in a line of the CPU's cache: threads that use neighbouring places don't slow each other down. */
    private static final int STRIDE = 16;

    /** @param places the number of places, a power of two */
    ReusedObjects(Supplier<T> newObject, int places) {
        this(newObject, new Object[places * STRIDE]);
    }

    /** An object that one call uses at a time. */
    abstract static class Reused {
        private static final VarHandle IN_USE = inUse();

        private volatile boolean inUse = true;

        private boolean isTaken() {
            return !inUse && IN_USE.compareAndSet(this, false, true);
        }

        /** Lets other calls use the object. */
        final void giveBack() {
            IN_USE.setRelease(this, false);
        }

        private static VarHandle inUse() {
            try {
                return MethodHandles.lookup().findVarHandle(Reused.class, "inUse", boolean.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
    }

    /** Returns an object that nobody else uses until {@link Reused#giveBack}. */
    T take() {
        T known = at(first());
        return known != null && ((Reused) known).isTaken() ? known : other();
    }

    /** Finds or creates another one. If those of all places are in use, the new one becomes garbage after its use. */
    private T other() {
        for (int i = 0; i < places.length; i += STRIDE) {
            int place = (first() + i) % places.length;
            T known = at(place);
            if (known == null) {
                T created = newObject.get();
                if (PLACE.compareAndSet(places, place, (Object) null, (Object) created)) {
                    return created;
                }
            } else if (((Reused) known).isTaken()) {
                return known;
            }
        }
        return newObject.get();
    }

    private int first() {
        int id = (int) Thread.currentThread().getId();
        return (isVirtual() ? id & PLACES_OF_VIRTUAL_THREADS - 1 : id) * STRIDE & places.length - 1;
    }

    @SuppressWarnings("unchecked") // there are no others
    private @Nullable T at(int place) {
        return (T) PLACE.getAcquire(places, place);
    }

    /** Whether this thread is a virtual one. */
    public static boolean isVirtual() {
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
