package dev.troth.example.blog;

/**
 * How a table is made. Several statements are separated by a semicolon at the end of a line.
 *
 * @param name the table's name
 * @param postgres for PostgreSQL
 * @param mariaDb for MariaDB and MySQL
 */
record TableScript(String name, String postgres, String mariaDb) {}
