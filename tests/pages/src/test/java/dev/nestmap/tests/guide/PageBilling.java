/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import javax.sql.DataSource;

/** The class {@code Billing} of the page about bills, which these tests compile. */
final class PageBilling implements AutoCloseable {
    private final Object billing;

    private PageBilling(Object billing) {
        this.billing = billing;
    }

    /** Loads the program and attaches it, as the service does. */
    static PageBilling at(ClassLoader classes, String device, Path pins, Path customers, DataSource database)
            throws ReflectiveOperationException {
        Class<?> type = classes.loadClass("com.acme.Billing");
        Object networks = method(classes.loadClass("com.acme.Customers"), "read", Path.class)
                .invoke(null, customers);
        Method at = method(type, "at", String.class, Path.class, List.class, DataSource.class, ZoneId.class);
        return new PageBilling(at.invoke(null, device, pins, networks, database, ZoneOffset.UTC));
    }

    private static Method method(Class<?> of, String name, Class<?>... parameters) throws NoSuchMethodException {
        Method method = of.getDeclaredMethod(name, parameters);
        method.setAccessible(true);
        return method;
    }

    void collect() throws ReflectiveOperationException {
        method(billing.getClass(), "collect").invoke(billing);
    }

    /** The line that shows the sums of the bill beside the counters of the interface. */
    String sums(String device) throws ReflectiveOperationException {
        return (String) method(billing.getClass(), "sums", String.class).invoke(billing, device);
    }

    @Override
    public void close() throws ReflectiveOperationException {
        method(billing.getClass(), "close").invoke(billing);
    }
}
