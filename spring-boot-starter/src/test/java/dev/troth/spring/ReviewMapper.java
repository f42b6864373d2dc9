package dev.troth.spring;

import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;

/** Reviews, to MyBatis. */
interface ReviewMapper {
    @Insert("INSERT INTO reviews VALUES (#{id}, 'by mybatis', 0)")
    void insert(@Param("id") String id);
}
