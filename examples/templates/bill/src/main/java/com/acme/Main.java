package com.acme;

import com.acme.Bill.Network;
import dev.nestmap.runtime.error.DrainException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.postgresql.ds.PGSimpleDataSource;

public final class Main {
    private static final Duration PAUSE = Duration.ofMillis(Long.getLong("bill.pause", 10_000));

    /** Arguments: an interface, the directory of the pins, the file of the customers, the JDBC address of the database, and the time zone of the days. */
    public static void main(String[] args) {
        if (args.length != 5) {
            System.err.println("usage: INTERFACE DIRECTORY_OF_PINS FILE_OF_CUSTOMERS JDBC_ADDRESS TIME_ZONE, such as the unit bill.service has them");
            System.exit(2);
        }
        try {
            Path customers = Path.of(args[2]);
            List<Network> networks = Customers.read(customers);
            try (Billing billing = Billing.at(args[0], Path.of(args[1]), networks, database(args[3]), ZoneId.of(args[4]))) {
                System.out.println("counting at " + args[0] + ", with " + networks.size() + " networks of customers");
                while (true) {
                    try {
                        billing.collect();
                    } catch (DrainException e) { // the table waits for the next call, and the programs count in a new one
                        e.printStackTrace();
                    }
                    networks = assignIfChanged(billing, customers, networks);
                    Thread.sleep(billing.pause(Instant.now(), PAUSE).toMillis() + 1);
                }
            }
        } catch (Throwable e) { // in a ScheduledExecutorService, the drains would only stop, and nobody would know
            e.printStackTrace();
            Runtime.getRuntime().halt(1); // the service manager starts the service again
        }
    }

    private static List<Network> assignIfChanged(Billing billing, Path file, List<Network> before) {
        try {
            List<Network> now = Customers.read(file);
            if (!now.equals(before)) {
                billing.assign(now);
            }
            return now;
        } catch (IOException | RuntimeException e) { // perhaps it is being written; the next call tries again
            System.err.println(file + " is not taken, or only in part: " + e);
            return before;
        }
    }

    private static DataSource database(String address) {
        if (address.startsWith("jdbc:postgresql:")) {
            PGSimpleDataSource postgres = new PGSimpleDataSource();
            postgres.setUrl(address);
            return postgres;
        }
        return JdbcConnectionPool.create(address, "", "");
    }
}
