/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * A command that lets all shippers of a process rotate and ship everything now, for example before a reboot. The process goes on.
 *
 * <pre>{@code
 * java -cp ... dev.nestmap.kafka.Drain PID [SECONDS]
 * }</pre>
 *
 * <p>It runs as the user of the process, on the same machine or in the same container, and needs the module {@code jdk.attach}. It waits for
 * each shipper at most 60 seconds, or as long as the second argument says. It exits with 0 if everything that was counted before is
 * committed, with 1 if not, and with 2 if it could not run.
 */
public final class Drain {
    private static final String SECONDS = "60";

    private Drain() {}

    /**
     * Runs the command.
     *
     * @param arguments the id of the process, and perhaps a number of seconds
     */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        if (arguments.length != 1 && arguments.length != 2) {
            System.out.println("Usage: Drain PID [SECONDS]");
            return 2;
        }
        try {
            long seconds = Long.parseLong(arguments.length == 2 ? arguments[1] : SECONDS);
            VirtualMachine process = VirtualMachine.attach(arguments[0]);
            try (JMXConnector connector = connect(process)) {
                return ship(connector.getMBeanServerConnection(), seconds);
            } finally {
                process.detach();
            }
        } catch (AttachNotSupportedException | IOException | JMException | NumberFormatException e) {
            System.out.println("Could not run: " + e);
            return 2;
        }
    }

    @SuppressWarnings("BanJNDI") // the address comes from a process of the same user on this machine
    private static JMXConnector connect(VirtualMachine process) throws IOException {
        return JMXConnectorFactory.connect(new JMXServiceURL(process.startLocalManagementAgent()));
    }

    private static int ship(MBeanServerConnection process, long seconds) throws JMException, IOException {
        Set<ObjectName> shippers = new TreeSet<>(process.queryNames(new ObjectName(StatisticsBean.ALL), null));
        if (shippers.isEmpty()) {
            System.out.println("Could not run: the process has no shipper");
            return 2;
        }
        boolean all = true;
        for (ObjectName shipper : shippers) {
            Object shipped =
                    process.invoke(shipper, StatisticsBean.SHIP, new Object[] {seconds}, new String[] {"long"});
            System.out.println(ObjectName.unquote(shipper.getKeyProperty("id"))
                    + (shipped.equals(true)
                            ? ": everything is shipped"
                            : ": not shipped, problem: " + process.getAttribute(shipper, "problem")));
            all &= shipped.equals(true);
        }
        return all ? 0 : 1;
    }
}
